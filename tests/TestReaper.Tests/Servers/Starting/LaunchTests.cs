using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>What a server inherits, and how other processes may disturb its launch.</summary>
public sealed class LaunchTests : RunningServers
{
    /// <summary>The runtime ignores SIGPIPE, and an exec passes that on: "while echo; do :; done | head -1" never ended.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_server_ignores_and_blocks_no_signal()
    {
        Assert.NotEqual(0UL, SignalsOf("SigIgn", File.ReadAllLines("/proc/self/status")));

        var server = await StartUntilAsync("end", Shell("grep -E '^Sig(Ign|Blk):' /proc/self/status; echo end; exec sleep 1000"));

        var lines = server.Output.Tail;
        Assert.Equal(0UL, SignalsOf("SigIgn", lines));
        Assert.Equal(0UL, SignalsOf("SigBlk", lines));
        await server.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_is_open_for_writing_for_a_moment_is_started()
    {
        var program = Copy();
        var writer = File.Open(program, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var closing = Task.Run(async () =>
        {
            await Task.Delay(150);
            await writer.DisposeAsync();
        });

        var server = await StartAsync(Shell("") with { FileName = program, Arguments = ["1000"] });

        await closing;
        await server.DisposeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_stays_open_for_writing_is_refused()
    {
        var program = Copy();
        await using var writer = File.Open(program, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

        var options = Shell("") with { FileName = program, Arguments = ["1000"] };
        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        Assert.Contains("open for writing", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("--use-process", "unshare", "--pid", "--fork", "--mount-proc")]
    [InlineData("--listens", "env", "--ignore-signal=CHLD")]
    public async Task The_exit_code_is_known_where_the_runtime_or_the_kernel_collects_every_child(string option, params string[] prefix)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        Skip.IfNot(Environment.OSVersion.Version >= new Version(6, 15), "an older kernel forgets the code with the process");
        var command = ZooHost.Command(LayerSet.All, option, "--listens", "--", "/bin/sh", "-c", "exit 3", "{port}");
        using var host = ZooHost.Start([Programs.Require(prefix[0]), .. prefix[1..], .. command]);

        var report = await host.ReportAsync();

        Assert.Equal("failed", report.Outcome);
        Assert.Contains("exited with code 3", report.Message, StringComparison.Ordinal);
    }

    private static ulong SignalsOf(string name, IEnumerable<string> lines) =>
        Convert.ToUInt64(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[(name.Length + 1)..].Trim(), 16);

    private string Copy()
    {
        var program = Path.Combine(Registry.Directory, ".sleep");
        File.Copy("/bin/sleep", program);
        return program;
    }
}

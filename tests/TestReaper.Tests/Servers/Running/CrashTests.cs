using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The root ended before it was stopped.</summary>
public sealed class CrashTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_running_server_has_no_exit_code()
    {
        await using var server = await StartAsync(Program());

        Assert.False(server.HasExited);
        Assert.Null(server.ExitCode);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", 128 + 9)]
    [InlineData("kill -15 $$", 128 + 15)]
    public async Task The_exit_code_is_known_before_and_after_the_reap(string end, int code)
    {
        await using var server = await StartUntilAsync("up", Shell($"echo up; read go; {end}") with { RedirectStandardInput = true });
        await server.StandardInput.WriteLineAsync("go");
        await ExitAsync(server);
        var before = server.ExitCode;

        await server.ReapAsync();

        Assert.Equal(code, before);
        Assert.Equal(code, server.ExitCode);
        Assert.True(server.HasExited);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_tree_of_a_crashed_root_is_reaped_and_the_crash_is_reported()
    {
        using var bystander = await Bystander.StartAsync();
        await using var server = await StartAsync(
            Program("--depth", "2", "--children", "2", "--daemon", "--orphan", "--children-ignore-term"));
        await Registry.WaitForAsync(7);
        (await Registry.WaitForAsync(1, "root"))[0].Kill();
        await ExitAsync(server);
        await Poll.UntilAsync(() => Registry.Alive("root").Count == 0, "the root's end");
        Assert.Equal(6, Registry.Alive().Count);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Contains("killed by signal 9", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
        Assert.Contains("had exited before", report.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exit_before_the_stop_is_reported()
    {
        await using var server = await StartUntilAsync("up", Shell("echo up; read go; exit 7") with { RedirectStandardInput = true });
        await server.StandardInput.WriteLineAsync("go");
        await ExitAsync(server);

        await server.ReapAsync();

        Assert.Contains("The server exited with code 7 before it was stopped", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_crashed_root_leaves_no_zombie_after_the_reap()
    {
        await using var server = await StartAsync(Program());
        (await Registry.WaitForAsync(1))[0].Kill();
        await ExitAsync(server);
        Assert.Equal('Z', ProcStat.StateOf(server.ProcessId));

        await server.ReapAsync();

        Assert.Null(ProcStat.StateOf(server.ProcessId));
    }
}

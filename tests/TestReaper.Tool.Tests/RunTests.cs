using System.Globalization;
using System.Text.Json;
using CliWrap;
using TestReaper.Platform.Linux.Native;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper run</c>: what the command leaves dies, and its exit code is passed on.</summary>
public sealed class RunTests : IDisposable
{
    private const string Script = "\"$0\" --registry \"$1\" --role \"$2\" & until ls \"$1\"/$2-* > /dev/null 2>&1; do sleep 0.05; done; exit $3";
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("", "7", 7)]
    [InlineData("setsid", "0", 0)]
    public async Task What_the_command_leaves_is_reaped_and_its_exit_code_is_the_commands(string prefix, string code, int expected)
    {
        using var bystander = await Bystander.StartAsync();

        var run = await ToolRun.OfAsync(null, ["run", "--", "sh", "-c", $"{prefix} {Script}", TestProgram.Path, _registry.Directory, "left", code]);

        Assert.Equal(expected, run.ExitCode);
        Assert.Single(_registry.Registered());
        _registry.AssertNoneAlive();
        Assert.Contains("--role left", run.StandardError, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leak_fails_the_run_only_when_asked_to(bool leaks)
    {
        string[] command = leaks ? ["sh", "-c", Script, TestProgram.Path, _registry.Directory, "left", "0"] : ["true"];

        var run = await ToolRun.OfAsync(null, ["run", "--fail-on-leak", "--json", "--", .. command]);

        Assert.Equal(leaks ? 1 : 0, run.ExitCode);
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(leaks, json.RootElement.GetProperty("leaked").GetBoolean());
        Assert.Equal(leaks ? 1 : 0, _registry.Registered().Count);
        _registry.AssertNoneAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("testreaper-watchdog", "0.5", 0)]
    [InlineData("another-script", "50", 1)]
    public async Task A_watchdog_that_is_about_to_end_is_no_leak(string name, string seconds, int expected)
    {
        var run = await ToolRun.OfAsync(null, "run", "--fail-on-leak", "--", "sh", "-c", "sh -c 'sleep \"$1\"; :' \"$0\" \"$1\" & exit 0", name, seconds);

        Assert.Equal(expected, run.ExitCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public async Task A_command_that_a_signal_ended_gives_128_and_its_number(string signal, int expected) =>
        Assert.Equal(expected, (await ToolRun.OfAsync(null, "run", "--", "sh", "-c", $"kill -{signal} $$")).ExitCode);

    [Fact(Timeout = 60_000)]
    public async Task Input_and_output_pass_through_as_they_are()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        var file = Path.Combine(_registry.Directory, ".copy");

        var run = await ToolRun.OfAsync(null, PipeSource.FromBytes(bytes), "run", "--", "tee", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
        Assert.NotEmpty(run.StandardOutput);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_json_nothing_else_is_on_the_standard_output()
    {
        var run = await ToolRun.OfAsync(null, "run", "--json", "--", "sh", "-c", "echo of the command; exit 5");

        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal((5, 5), (run.ExitCode, json.RootElement.GetProperty("exitCode").GetInt32()));
        Assert.Contains("of the command", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_without_a_name_is_refused() => Assert.Equal(2, (await ToolRun.OfAsync(null, "run", "--", "")).ExitCode);

    [Theory(Timeout = 60_000)]
    [InlineData("ps --json")]
    [InlineData("kill 999999999 --json")]
    [InlineData("run --json -- true")]
    public async Task Without_an_output_it_ends_in_order(string line)
    {
        var run = await ToolRun.ByShellAsync($"$TOOL {line} >&-; exit $?");

        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Options_behind_the_dashes_are_the_commands()
    {
        var run = await ToolRun.OfAsync(null, "run", "--", "echo", "--json", "--help");

        Assert.Equal("--json --help", run.StandardOutput.Trim());
    }

    /// <summary>What writes to a closed pipe ends by SIGPIPE, which the runtime ignores, or never.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_pipeline_of_the_command_ends_when_its_reader_has_ended()
    {
        var run = await ToolRun.OfAsync(null, "run", "--", "bash", "-c", "T=$(while :; do echo x; done | head -1); echo \"$T ${PIPESTATUS[*]}\"");

        Assert.Equal("x 0", run.StandardOutput.Trim());
    }

    /// <summary>Nothing but its parent tells whose it is, and that is this program: it starts no other.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_session_leader_without_an_environment_is_reaped()
    {
        const string Leader = "echo $$ > \"$0.new\"; mv \"$0.new\" \"$0\"; exec sleep 1000";
        var file = Path.Combine(_registry.Directory, ".leader");

        var run = await ToolRun.OfAsync(
            null, "run", "--", "sh", "-c", "env -i setsid -f sh -c \"$1\" \"$0\"; until [ -e \"$0\" ]; do sleep 0.05; done", file, Leader);

        var pid = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        var line = ProcDirectory.CommandLine(pid);
        if (line.StartsWith("sleep", StringComparison.Ordinal))
        {
            _ = LibC.kill(pid, LibC.SIGKILL);
        }

        Assert.DoesNotContain("sleep", line, StringComparison.Ordinal);
        Assert.Contains("sleep 1000", run.StandardError, StringComparison.Ordinal);
    }

    /// <summary>It waits for the next build, whichever job that is of.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("VBCSCompiler", true)]
    [InlineData("compiler", false)]
    public async Task Build_servers_are_left_alone_and_named(string name, bool lives)
    {
        var program = Path.Combine(_registry.Directory, "." + name);
        Directory.CreateDirectory(program);
        program = Path.Combine(program, name);
        File.CreateSymbolicLink(program, "/bin/sleep");

        var run = await ToolRun.OfAsync(null, "run", "--fail-on-leak", "--", "sh", "-c", "setsid \"$0\" 1000 > /dev/null 2>&1 < /dev/null & echo $!; exit 0", program);
        var pid = int.Parse(run.StandardOutput, CultureInfo.InvariantCulture);
        var line = ProcDirectory.CommandLine(pid);
        if (line.Length > 0)
        {
            _ = LibC.kill(pid, LibC.SIGKILL);
        }

        Assert.Equal(lives, line.StartsWith(program, StringComparison.Ordinal));
        Assert.Equal(lives ? 0 : 1, run.ExitCode);
        Assert.Contains(lives ? $"left alone with all below them, since other builds may use them: spared: {pid} " : "left processes behind", run.StandardError, StringComparison.Ordinal);
    }
}

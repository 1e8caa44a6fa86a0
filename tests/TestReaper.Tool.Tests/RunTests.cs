using System.Globalization;
using System.Text.Json;
using CliWrap;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper run</c> reaps whatever its command leaves behind, and exits with the exit code of the command.</summary>
public sealed class RunTests : IDisposable
{
    // Starts a process in the background, waits until it is registered, and exits with "$3".
    private const string Script =
        "\"$0\" --registry \"$1\" --role \"$2\" & until ls \"$1\"/$2-* > /dev/null 2>&1; do sleep 0.05; done; exit $3";

    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Theory(Timeout = 60_000)]
    [InlineData("", "7", 7)]
    [InlineData("setsid", "0", 0)]
    public async Task The_leftovers_of_the_command_are_reaped_and_its_exit_code_is_returned(string prefix, string code, int expected)
    {
        using var bystander = await Bystander.StartAsync();

        var run = await ToolRun.RunAsync(
            null, "run", "--", "sh", "-c", $"{prefix} {Script}", TestProgram.Path, _registry.Directory, "left", code);

        Assert.Equal(expected, run.ExitCode);
        Assert.Single(_registry.Registered());
        _registry.AssertNoneAlive();
        Assert.Contains("--role left", run.StandardError, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fail_on_leak_fails_a_run_that_leaks(bool leaks)
    {
        string[] command = leaks ? ["sh", "-c", Script, TestProgram.Path, _registry.Directory, "left", "0"] : ["true"];

        var run = await ToolRun.RunAsync(null, ["run", "--fail-on-leak", "--json", "--", .. command]);

        Assert.Equal(leaks ? 1 : 0, run.ExitCode);
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(leaks, json.RootElement.GetProperty("leaked").GetBoolean());
        Assert.Equal(leaks ? 1 : 0, _registry.Registered().Count);
        _registry.AssertNoneAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("testreaper-watchdog", "0.5", 0)]
    [InlineData("another-script", "50", 1)]
    public async Task A_watchdog_that_exits_within_a_second_is_not_a_leak(string name, string seconds, int expected)
    {
        const string Leaver = "sh -c 'sleep \"$1\"; :' \"$0\" \"$1\" & exit 0";

        var run = await ToolRun.RunAsync(null, "run", "--fail-on-leak", "--", "sh", "-c", Leaver, name, seconds);

        Assert.Equal(expected, run.ExitCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    public async Task The_exit_code_of_a_command_that_a_signal_ended_is_128_plus_the_signal(string signal, int expected) =>
        Assert.Equal(expected, (await ToolRun.RunAsync(null, "run", "--", "sh", "-c", $"kill -{signal} $$")).ExitCode);

    [Fact(Timeout = 60_000)]
    public async Task Standard_input_and_output_pass_through_unchanged()
    {
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        var file = Path.Combine(_registry.Directory, ".copy");

        var run = await ToolRun.RunAsync(null, PipeSource.FromBytes(bytes), "run", "--", "tee", file);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
        Assert.NotEmpty(run.StandardOutput);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_json_standard_output_contains_only_json()
    {
        var run = await ToolRun.RunAsync(null, "run", "--json", "--", "sh", "-c", "echo of the command; exit 5");

        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal((5, 5), (run.ExitCode, json.RootElement.GetProperty("exitCode").GetInt32()));
        Assert.Contains("of the command", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_command_is_a_usage_error() =>
        Assert.Equal(2, (await ToolRun.RunAsync(null, "run", "--", "")).ExitCode);

    [Theory(Timeout = 60_000)]
    [InlineData("ps --json")]
    [InlineData("kill 999999999 --json")]
    [InlineData("run --json -- true")]
    public async Task A_closed_standard_output_is_reported_without_a_stack_trace(string line)
    {
        var run = await ToolRun.RunInShellAsync($"$TOOL {line} >&-; exit $?");

        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Options_after_the_two_dashes_belong_to_the_command()
    {
        var run = await ToolRun.RunAsync(null, "run", "--", "echo", "--json", "--help");

        Assert.Equal("--json --help", run.StandardOutput.Trim());
    }

    /// <summary>A writer to a closed pipe ends by SIGPIPE. The .NET runtime ignores SIGPIPE, and a child would inherit that.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_pipeline_of_the_command_ends_when_its_reader_exits()
    {
        const string Pipeline = "T=$(while :; do echo x; done | head -1); echo \"$T ${PIPESTATUS[*]}\"";

        var run = await ToolRun.RunAsync(null, "run", "--", "bash", "-c", Pipeline);

        Assert.Equal("x 0", run.StandardOutput.Trim());
    }

    /// <summary>Only its parent, the tool, identifies such a process. The tool starts no other process, so the parent is enough.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_session_leader_without_an_environment_is_reaped()
    {
        const string Leader = "echo $$ > \"$0.new\"; mv \"$0.new\" \"$0\"; exec sleep 1000";
        var file = Path.Combine(_registry.Directory, ".leader");

        var run = await ToolRun.RunAsync(
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

    /// <summary>A build server outlives its build and may serve the next build of another job.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("VBCSCompiler", true)]
    [InlineData("compiler", false)]
    public async Task A_build_server_is_not_killed_and_is_named_in_the_output(string name, bool isSpared)
    {
        var program = Path.Combine(_registry.Directory, "." + name);
        Directory.CreateDirectory(program);
        program = Path.Combine(program, name);
        File.CreateSymbolicLink(program, "/bin/sleep");

        const string Leaver = "setsid \"$0\" 1000 > /dev/null 2>&1 < /dev/null & echo $!; exit 0";

        var run = await ToolRun.RunAsync(null, "run", "--fail-on-leak", "--", "sh", "-c", Leaver, program);
        var pid = int.Parse(run.StandardOutput, CultureInfo.InvariantCulture);
        var line = ProcDirectory.CommandLine(pid);
        if (line.Length > 0)
        {
            _ = LibC.kill(pid, LibC.SIGKILL);
        }

        Assert.Equal(isSpared, line.StartsWith(program, StringComparison.Ordinal));
        Assert.Equal(isSpared ? 0 : 1, run.ExitCode);
        Assert.Contains(
            isSpared ? $"were not killed, because other builds may use them: spared: {pid} " : "left processes behind",
            run.StandardError,
            StringComparison.Ordinal);
    }
}

using System.Text.Json;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>An error message explains how to correct the command line; with <c>--json</c> it is JSON too.</summary>
public sealed class ErrorMessageTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("", "ps, sweep, kill, run", 2)]
    [InlineData("list", "ps, sweep, kill, run", 2)]
    [InlineData("ps extra", "ps --help", 2)]
    [InlineData("sweep --all", "--yes", 2)]
    [InlineData("kill", "PID", 2)]
    [InlineData("kill --except 999999998 999999999", "PID", 2)]
    [InlineData("kill five", "'five' is not a process id", 2)]
    [InlineData("kill 1", "init", 2)]
    [InlineData("kill 0", "process group", 2)]
    [InlineData("kill -- -5", "process group", 2)]
    [InlineData("kill 99999999999", "is not a process id", 2)]
    [InlineData("kill 999999999 --grace 5s", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --grace -1", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout NaN", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout 1e300", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout 3000000", "24 days", 2)]
    [InlineData("kill 999999999 --timeout 0", "--timeout 0", 2)]
    [InlineData("kill 999999999 --except x", "'x' is not a process id", 2)]
    [InlineData("run", "testreaper run -- dotnet test", 2)]
    [InlineData("run --", "testreaper run -- dotnet test", 2)]
    [InlineData("run ls", "testreaper run -- dotnet test", 2)]
    [InlineData("run -- /no/such/program", "/no/such/program cannot be started", 127)]
    [InlineData("run -- /etc/passwd", "cannot be executed", 126)]
    public async Task An_error_message_explains_how_to_correct_the_command_line(string line, string explanation, int exitCode)
    {
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var run = await ToolRun.RunAsync(null, arguments);
        var json = await ToolRun.RunAsync(null, arguments is [var command, .. var rest] ? [command, "--json", .. rest] : ["--json"]);

        Assert.Equal((exitCode, exitCode), (run.ExitCode, json.ExitCode));
        Assert.Empty(run.StandardOutput);
        Assert.Contains(explanation, run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
        using var error = JsonDocument.Parse(json.StandardOutput);
        Assert.Contains(explanation, error.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(exitCode, error.RootElement.GetProperty("exitCode").GetInt32());
    }
}

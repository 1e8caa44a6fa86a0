using System.Text.Json;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>What makes no sense is refused with words that help, and with JSON where that was asked for.</summary>
public sealed class RefusalTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("", "ps, sweep, kill, run", 2)]
    [InlineData("list", "ps, sweep, kill, run", 2)]
    [InlineData("ps extra", "ps --help", 2)]
    [InlineData("sweep --all", "--yes", 2)]
    [InlineData("kill", "PID", 2)]
    [InlineData("kill --except 999999998 999999999", "PID", 2)]
    [InlineData("kill five", "'five' is no process id", 2)]
    [InlineData("kill 1", "init", 2)]
    [InlineData("kill 0", "process group", 2)]
    [InlineData("kill -- -5", "process group", 2)]
    [InlineData("kill 99999999999", "is no process id", 2)]
    [InlineData("kill 999999999 --grace 5s", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --grace -1", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout NaN", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout 1e300", "seconds without a unit", 2)]
    [InlineData("kill 999999999 --timeout 3000000", "24 days", 2)]
    [InlineData("kill 999999999 --timeout 0", "--timeout 0", 2)]
    [InlineData("kill 999999999 --except x", "'x' is no process id", 2)]
    [InlineData("run", "testreaper run -- dotnet test", 2)]
    [InlineData("run --", "testreaper run -- dotnet test", 2)]
    [InlineData("run ls", "testreaper run -- dotnet test", 2)]
    [InlineData("run -- /no/such/program", "/no/such/program cannot be started", 127)]
    [InlineData("run -- /etc/passwd", "cannot be executed", 126)]
    public async Task The_error_teaches(string line, string lesson, int exitCode)
    {
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var run = await ToolRun.OfAsync(null, arguments);
        var json = await ToolRun.OfAsync(null, arguments is [var command, .. var rest] ? [command, "--json", .. rest] : ["--json"]);

        Assert.Equal((exitCode, exitCode), (run.ExitCode, json.ExitCode));
        Assert.Empty(run.StandardOutput);
        Assert.Contains(lesson, run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.StandardError, StringComparison.Ordinal);
        using var error = JsonDocument.Parse(json.StandardOutput);
        Assert.Contains(lesson, error.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(exitCode, error.RootElement.GetProperty("exitCode").GetInt32());
    }
}

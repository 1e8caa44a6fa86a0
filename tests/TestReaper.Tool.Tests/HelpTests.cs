using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>The help says what is typed, and teaches.</summary>
public sealed class HelpTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("", "testreaper [command] [options]", "Exit codes:")]
    [InlineData("ps", "testreaper ps [options]", "Examples:")]
    [InlineData("sweep", "testreaper sweep [options]", "Examples:")]
    [InlineData("kill", "testreaper kill <PID> [options]", "Examples:")]
    [InlineData("run", "testreaper run [<COMMAND>...] [options]", "testreaper run -- dotnet test")]
    public async Task The_usage_is_that_of_testreaper(string command, string usage, string lesson)
    {
        var run = await ToolRun.OfAsync(null, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.StandardError);
        Assert.Contains(usage, run.StandardOutput.Split(Environment.NewLine).Select(line => line.Trim()));
        Assert.Contains(lesson, run.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("TestReaper.Tool", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_version_is_told() => Assert.Matches(@"^\d+\.\d+\.\d+", (await ToolRun.OfAsync(null, "--version")).StandardOutput);
}

using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary>The help shows the usage of <c>testreaper</c> and gives examples.</summary>
public sealed class HelpTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("", "testreaper [command] [options]", "Exit codes:")]
    [InlineData("ps", "testreaper ps [options]", "Examples:")]
    [InlineData("sweep", "testreaper sweep [options]", "Examples:")]
    [InlineData("kill", "testreaper kill <PID> [options]", "Examples:")]
    [InlineData("run", "testreaper run [<COMMAND>...] [options]", "testreaper run -- dotnet test")]
    [InlineData("doctor", "testreaper doctor [options]", "Exit codes: 0 nothing is missing; 3 something is missing.")]
    [InlineData("gpu", "testreaper gpu [options]", "testreaper gpu --json | jq '.holders[] | {pid, bytes}'")]
    public async Task Help_shows_the_usage_and_the_examples_of_a_command(string command, string usage, string examples)
    {
        var run = await ToolRun.RunAsync(null, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.StandardError);
        Assert.Contains(usage, run.StandardOutput.Split(Environment.NewLine).Select(line => line.Trim()));
        Assert.Contains(examples, run.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("TestReaper.Tool", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_version_option_prints_the_version() =>
        Assert.Matches(@"^\d+\.\d+\.\d+", (await ToolRun.RunAsync(null, "--version")).StandardOutput);
}

using System.Text.Json;
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

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_does_not_exist_is_127() => Assert.Equal(127, (await ToolRun.OfAsync(null, "run", "--", "no-such-command")).ExitCode);
}

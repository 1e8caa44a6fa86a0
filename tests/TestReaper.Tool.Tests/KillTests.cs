using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper kill</c> kills one tree, and refuses what must not be killed.</summary>
[SupportedOSPlatform("linux")]
public sealed class KillTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Kill_ends_the_whole_tree_and_no_other_process()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--children", "3");
        await _registry.WaitForAsync(4);

        var run = await ToolRun.RunAsync(null, "kill", root.Id.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(0, run.ExitCode);
        _registry.AssertNoneAlive();
        Assert.Contains("Reaped 4 processes", run.StandardOutput, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_ancestor_of_the_tool_is_not_killed()
    {
        var run = await ToolRun.RunInShellAsync("$TOOL kill $$; exit $?");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("ancestor", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Processes_listed_after_except_stay_alive()
    {
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--children", "3");
        await _registry.WaitForAsync(4);
        var spared = _registry.Alive("child").Take(2).Select(child => child.Pid).ToList();

        var run = await ToolRun.RunAsync(null, ["kill", $"{root.Id}", "--except", .. spared.Select(pid => $"{pid}"), "--json"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(spared.Order(), _registry.Alive().Select(process => process.Pid).Order());
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(2, json.RootElement.GetProperty("processes").GetArrayLength());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("0", true)]
    [InlineData("20.5", false)]
    public async Task A_process_can_stop_in_order_within_the_grace_period(string grace, bool killed)
    {
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--slow-exit", "200");
        await _registry.WaitForAsync(1);

        var run = await ToolRun.RunAsync(null, "kill", $"{root.Id}", "--grace", grace, "--timeout", "30", "--json");

        _registry.AssertNoneAlive();
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(killed, json.RootElement.GetProperty("processes")[0].GetProperty("killed").GetBoolean());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_of_another_user_is_refused_at_once()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can run the tool as another user.");
        var setpriv = Programs.Require("setpriv");
        using var mine = TestProgram.Start("--registry", _registry.Directory, "--role", "mine");
        await _registry.WaitForAsync(1);
        var started = Stopwatch.GetTimestamp();

        var run = await ToolRun.RunInShellAsync(
            $"HOME=/tmp exec {setpriv} --reuid=65534 --regid=65534 --clear-groups $TOOL kill {mine.Id} --json");

        Assert.Equal(1, run.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Contains("another user", json.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(_registry.Alive());
    }

    [Fact(Timeout = 60_000)]
    public async Task Killing_a_process_that_does_not_exist_succeeds() =>
        Assert.Equal(0, (await ToolRun.RunAsync(null, "kill", "999999999")).ExitCode);
}

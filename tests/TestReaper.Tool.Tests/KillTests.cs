using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper kill</c></summary>
[SupportedOSPlatform("linux")]
public sealed class KillTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_tree_is_killed_whole_and_nothing_beside_it()
    {
        using var bystander = await Bystander.StartAsync();
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--children", "3");
        await _registry.WaitForAsync(4);

        var run = await ToolRun.OfAsync(null, "kill", root.Id.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(0, run.ExitCode);
        _registry.AssertNoneAlive();
        Assert.Contains("Reaped 4 processes", run.StandardOutput, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_own_ancestors_are_refused()
    {
        var run = await ToolRun.ByShellAsync("$TOOL kill $$; exit $?");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("ancestor", run.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_excepted_stays()
    {
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--children", "3");
        await _registry.WaitForAsync(4);
        var spared = _registry.Alive("child").Take(2).Select(child => child.Pid).ToList();

        var run = await ToolRun.OfAsync(null, ["kill", $"{root.Id}", "--except", .. spared.Select(pid => $"{pid}"), "--json"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(spared.Order(), _registry.Alive().Select(process => process.Pid).Order());
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(2, json.RootElement.GetProperty("processes").GetArrayLength());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("0", true)]
    [InlineData("20.5", false)]
    public async Task In_its_grace_a_process_may_stop_in_order(string grace, bool killed)
    {
        using var root = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--slow-exit", "200");
        await _registry.WaitForAsync(1);

        var run = await ToolRun.OfAsync(null, "kill", $"{root.Id}", "--grace", grace, "--timeout", "30", "--json");

        _registry.AssertNoneAlive();
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Equal(killed, json.RootElement.GetProperty("processes")[0].GetProperty("killed").GetBoolean());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Another_users_process_is_refused_at_once()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can be another user for a while.");
        var setpriv = Programs.Require("setpriv");
        using var mine = TestProgram.Start("--registry", _registry.Directory, "--role", "mine");
        await _registry.WaitForAsync(1);
        var started = Stopwatch.GetTimestamp();

        var run = await ToolRun.ByShellAsync($"HOME=/tmp exec {setpriv} --reuid=65534 --regid=65534 --clear-groups $TOOL kill {mine.Id} --json");

        Assert.Equal(1, run.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.Contains("another user", json.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Single(_registry.Alive());
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_to_kill_is_a_success() => Assert.Equal(0, (await ToolRun.OfAsync(null, "kill", "999999999")).ExitCode);
}

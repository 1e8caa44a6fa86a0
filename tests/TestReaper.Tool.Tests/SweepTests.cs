using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Platform.Linux.Native;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper sweep</c>, on a ledger like that of a killed host, and on a host that lives.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepTests : IDisposable
{
    private const string Scope = "00000000000000e1";
    private readonly Ledgers _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_dead_host_left_is_shown_and_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        await LeaveAsync();

        using (var shown = JsonDocument.Parse((await ToolRun.OfAsync(_ledgers.State, "ps", "--json")).StandardOutput))
        {
            var server = Assert.Single(shown.RootElement.EnumerateArray(), scope => scope.GetProperty("scope").GetString() == Scope);
            Assert.True(server.GetProperty("hostIsDead").GetBoolean());
        }

        Assert.Single(_registry.Alive());
        var sweep = await ToolRun.OfAsync(_ledgers.State, "sweep");

        Assert.Equal(0, sweep.ExitCode);
        _registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Contains("Nothing", (await ToolRun.OfAsync(_ledgers.State, "sweep")).StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_report_is_json_where_that_is_asked_for()
    {
        await LeaveAsync();

        var sweep = await ToolRun.OfAsync(_ledgers.State, "sweep", "--json");

        using var json = JsonDocument.Parse(sweep.StandardOutput);
        Assert.Equal(_registry.Registered()[0].Pid, Assert.Single(json.RootElement.EnumerateArray().ToList()).GetProperty("processes")[0].GetProperty("pid").GetInt32());
        Assert.Contains("is dead", sweep.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Living_hosts_are_not_swept_without_being_asked()
    {
        using var host = await LivingHostAsync();

        var run = await ToolRun.OfAsync(_ledgers.State, "sweep", "--all");
        var dead = await ToolRun.OfAsync(_ledgers.State, "sweep");

        Assert.Equal((2, 0), (run.ExitCode, dead.ExitCode));
        Assert.Contains("--yes", run.StandardError, StringComparison.Ordinal);
        Assert.Single(_registry.Alive());
    }

    [Fact(Timeout = 60_000)]
    public async Task With_yes_they_are()
    {
        using var host = await LivingHostAsync();

        var run = await ToolRun.OfAsync(_ledgers.State, "sweep", "--all", "--yes");

        Assert.Equal(0, run.ExitCode);
        _registry.AssertNoneAlive();
        Assert.Contains("that lives", run.StandardError, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("y\n", 0)]
    [InlineData("yes\n", 0)]
    [InlineData("n\n", 1)]
    [InlineData("\n", 1)]
    public async Task On_a_terminal_it_asks(string answer, int expected)
    {
        using var host = await LivingHostAsync();
        using var terminal = Terminal.Open(_ledgers.State, [], "$TOOL sweep --all");

        await terminal.ShowsAsync("[y/N]");
        terminal.Type(answer);

        Assert.Equal(expected, await terminal.ExitCodeAsync());
        Assert.Equal(expected, _registry.Alive().Count);
        Assert.Contains("1 server;", terminal.Screen, StringComparison.Ordinal);
    }

    private async Task<LivingHost> LivingHostAsync()
    {
        var host = new LivingHost(ToolRun.Start(_ledgers.State, "run", "--", TestProgram.Path, "--registry", _registry.Directory, "--role", "server"));
        await _registry.WaitForAsync(1);
        return host;
    }

    private async Task LeaveAsync()
    {
        var start = TestProgram.StartInfo("--registry", _registry.Directory, "--role", "left");
        start.Environment["TESTREAPER_SCOPE"] = Scope;
        System.Diagnostics.Process.Start(start)!.Dispose();
        await _registry.WaitForAsync(1);
        await _ledgers.LeaveAsync(Scope, "a server");
    }

    private sealed class LivingHost(System.Diagnostics.Process run) : IDisposable
    {
        public void Dispose()
        {
            _ = LibC.kill(run.Id, LibC.SIGTERM);
            run.WaitForExit();
            run.Dispose();
        }
    }
}

using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper sweep</c> reaps what a killed host left, and the servers of a running host after confirmation.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepTests : IDisposable
{
    private const string Scope = "00000000000000e1";
    private readonly LedgerDirectory _ledgers = new();
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _ledgers.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_leftovers_of_a_dead_host_are_shown_and_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        await StartLeftoverAsync();

        using (var shown = JsonDocument.Parse((await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "ps", "--json")).StandardOutput))
        {
            var server = Assert.Single(shown.RootElement.EnumerateArray(), scope => scope.GetProperty("scope").GetString() == Scope);
            Assert.True(server.GetProperty("hostIsDead").GetBoolean());
        }

        Assert.Single(_registry.Alive());
        var sweep = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep");

        Assert.Equal(0, sweep.ExitCode);
        _registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Contains("Nothing", (await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep")).StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_json_the_report_is_json()
    {
        await StartLeftoverAsync();

        var sweep = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep", "--json");

        using var json = JsonDocument.Parse(sweep.StandardOutput);
        var report = Assert.Single(json.RootElement.EnumerateArray().ToList());
        Assert.Equal(_registry.Registered()[0].Pid, report.GetProperty("processes")[0].GetProperty("pid").GetInt32());
        Assert.Contains("is dead", sweep.StandardError, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_servers_of_a_running_host_are_not_reaped_without_confirmation()
    {
        using var host = await StartHostAsync();

        var run = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep", "--all");
        var dead = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep");

        Assert.Equal((2, 0), (run.ExitCode, dead.ExitCode));
        Assert.Contains("--yes", run.StandardError, StringComparison.Ordinal);
        Assert.Single(_registry.Alive());
    }

    [Fact(Timeout = 60_000)]
    public async Task With_all_and_yes_the_servers_of_a_running_host_are_reaped()
    {
        using var host = await StartHostAsync();

        var run = await ToolRun.RunAsync(_ledgers.RuntimeDirectory, "sweep", "--all", "--yes");

        Assert.Equal(0, run.ExitCode);
        _registry.AssertNoneAlive();
        Assert.Contains("that lives", run.StandardError, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("y\n", 0)]
    [InlineData("yes\n", 0)]
    [InlineData("n\n", 1)]
    [InlineData("\n", 1)]
    public async Task On_a_terminal_sweep_all_asks_for_confirmation(string answer, int expected)
    {
        using var host = await StartHostAsync();
        using var terminal = Terminal.Open(_ledgers.RuntimeDirectory, [], "$TOOL sweep --all");

        await terminal.WaitForTextAsync("[y/N]");
        terminal.Type(answer);

        Assert.Equal(expected, await terminal.WaitForExitAsync());
        Assert.Equal(expected, _registry.Alive().Count);
        Assert.Contains("1 server;", terminal.Screen, StringComparison.Ordinal);
    }

    private async Task<RunningHost> StartHostAsync()
    {
        string[] command = [TestProgram.Path, "--registry", _registry.Directory, "--role", "server"];
        var host = new RunningHost(ToolRun.Start(_ledgers.RuntimeDirectory, ["run", "--", .. command]));
        await _registry.WaitForAsync(1);
        return host;
    }

    private async Task StartLeftoverAsync()
    {
        var start = TestProgram.StartInfo("--registry", _registry.Directory, "--role", "left");
        start.Environment["TESTREAPER_SCOPE"] = Scope;
        System.Diagnostics.Process.Start(start)!.Dispose();
        await _registry.WaitForAsync(1);
        await _ledgers.WriteAsync(Scope, "a server");
    }

    private sealed class RunningHost(System.Diagnostics.Process run) : IDisposable
    {
        public void Dispose()
        {
            _ = LibC.kill(run.Id, LibC.SIGTERM);
            run.WaitForExit();
            run.Dispose();
        }
    }
}

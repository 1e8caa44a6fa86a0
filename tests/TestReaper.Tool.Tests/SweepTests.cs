using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper ps</c> and <c>testreaper sweep</c>, on a ledger like that of a killed host.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepTests : IDisposable
{
    private const string Scope = "00000000000000e1";
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");
    private readonly ProcessRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _state.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_dead_host_left_is_shown_and_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        await LeaveAsync();

        using (var shown = JsonDocument.Parse((await ToolRun.OfAsync(_state.FullName, "ps", "--json")).StandardOutput))
        {
            var server = Assert.Single(shown.RootElement.EnumerateArray().ToList());
            Assert.True(server.GetProperty("hostIsDead").GetBoolean());
            Assert.Equal(Scope, server.GetProperty("scope").GetString());
        }

        Assert.Single(_registry.Alive());
        var sweep = await ToolRun.OfAsync(_state.FullName, "sweep");

        Assert.Equal(0, sweep.ExitCode);
        _registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Contains("Nothing", (await ToolRun.OfAsync(_state.FullName, "sweep")).StandardOutput, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Living_hosts_are_not_swept_without_being_asked()
    {
        var run = await ToolRun.OfAsync(_state.FullName, "sweep", "--all");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--yes", run.StandardError, StringComparison.Ordinal);
    }

    private async Task LeaveAsync()
    {
        var start = TestProgram.StartInfo("--registry", _registry.Directory, "--role", "left");
        start.Environment["TESTREAPER_SCOPE"] = Scope;
        System.Diagnostics.Process.Start(start)!.Dispose();
        await _registry.WaitForAsync(1);
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var directory = Path.Combine(_state.FullName, "testreaper", "hosts");
        Directory.CreateDirectory(Path.Combine(_state.FullName, "testreaper"), OwnerOnly);
        Directory.CreateDirectory(directory, OwnerOnly);
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        var path = Path.Combine(directory, "4194000-1.ledger");
        await File.WriteAllTextAsync(path, $$"""
            {"pid":4194000,"startTime":1,"boot":"{{boot}}","pidNamespace":"{{Path.GetFileName(File.ResolveLinkTarget("/proc/self/ns/pid", false)!.FullName)}}"}
            {"scope":"{{Scope}}","command":"a server"}

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}

using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Tests.CrashProtection;
using TestReaper.Tests.Infrastructure;
using Xunit;
using LibC = TestReaper.Tests.Infrastructure.LibC;

namespace TestReaper.Tests.Zoo;

/// <summary>A server that is itself a host of servers. The outer scope contains the processes that the inner host started.</summary>
[SupportedOSPlatform("linux")]
public sealed class NestedScopeTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("plain", true)]
    [InlineData("daemon-empty-environment", true)]
    [InlineData("plain", false)]
    [InlineData("daemon", false)]
    [InlineData("dead-middle", false)]
    public async Task The_outer_reap_finds_the_servers_of_a_killed_inner_host(string animal, bool withCGroup)
    {
        Skip.If(withCGroup && !Environment.IsPrivilegedProcess, "needs root");
        var zoo = ZooProgram.Require();
        using var bystander = await Bystander.StartAsync();
        ProcessPlatform.Use(new LinuxPlatform(useCGroup: withCGroup));

        // Files that the killed host leaves there are deleted with the registry.
        var temporary = Directory.CreateDirectory(Path.Combine(_registry.Directory, "tmp")).FullName;
        var host = ZooHost.Command(
            withCGroup ? LayerSet.All : LayerSet.NoCGroup,
            "--directory", _registry.Directory, "--registry", _registry.Directory, "--entries", "1000", "--", zoo, animal, ".");
        await using var outer = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = host[0],
            Arguments = [.. host.Skip(1)],
            Environment = new Dictionary<string, string?> { ["DOTNET_EnableDiagnostics"] = "0", ["TMPDIR"] = temporary },
            Reap = new ReapOptions { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(20) },
        });
        await _registry.WaitForAsync(Animal.Of(animal).Entries);
        var cgroup = LaunchCGroup.Of(outer.ProcessId);
        Assert.Equal(withCGroup, cgroup is not null);

        // The watchdog of the inner host would be faster than the outer reap.
        _ = LibC.kill(await HostWatchdog.OfAsync(outer.ProcessId), LibC.SIGKILL);
        _ = LibC.kill(outer.ProcessId, LibC.SIGKILL);
        await Poll.UntilAsync(() => outer.HasExited, "the inner host to die");

        var report = await outer.ReapAsync();

        _registry.AssertNoneAlive();
        bystander.AssertAlive();
        var reaped = report.Processes.Count(process => process.WasKilled || process.ProcessId == outer.ProcessId);
        Assert.Equal(1 + Animal.Of(animal).Entries, reaped);

        // The cgroup of the inner server is below it.
        Assert.False(Directory.Exists(cgroup));
    }
}

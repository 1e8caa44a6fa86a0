using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>After a reap the host keeps nothing of the server.</summary>
[SupportedOSPlatform("linux")]
public sealed class CleanUpTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [SkippableFact(Timeout = 30_000)]
    public async Task A_reap_that_fails_because_of_a_lock_leaves_no_zombie_and_no_cgroup()
    {
        var program = ZooProgram.Require();
        var file = Path.Combine(_registry.Directory, ".held");
        await using var held = new FileStream(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = program,
            Arguments = ["plain", "."],
            WorkingDirectory = _registry.Directory,
            Reap = new ReapOptions { GracePeriod = TimeSpan.Zero, ReleaseTimeout = TimeSpan.Zero, LockFiles = [file] },
        });
        await _registry.WaitForAsync(2);
        var cgroup = LaunchCGroup.Of(server.ProcessId);

        await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        _registry.AssertNoneAlive();
        Assert.Null(ProcStat.StateOf(server.ProcessId));
        Assert.False(Directory.Exists(cgroup));
    }
}

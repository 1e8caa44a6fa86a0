using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Processes that a reaper has started or recorded don't outlive their host, with or without a scope.</summary>
[SupportedOSPlatform("linux")]
public sealed class RecordedProcessTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");
    private readonly ProcessRegistry _started = new();
    private readonly ProcessRegistry _recorded = new();
    private readonly ProcessRegistry _other = new();

    public void Dispose()
    {
        _started.Dispose();
        _recorded.Dispose();
        _other.Dispose();
        _state.Delete(recursive: true);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task They_die_with_their_descendants_after_their_host(bool hasWatchdog)
    {
        using var host = ZooHost.Start(
            ZooHost.Command(LayerSet.NoCGroup, "--leak-scope"), new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = _state.FullName });
        await StepAsync(host, "reaper", "a", TestProgram.Path, "--registry", _started.Directory, "--children", "1");
        await StepAsync(host, "record", "b", TestProgram.Path, "--registry", _recorded.Directory, "--children", "1");

        // Positive control: neither started by a reaper nor recorded.
        await StepAsync(host, "start", TestProgram.Path, "--registry", _other.Directory);
        await _started.WaitForAsync(2);
        await _recorded.WaitForAsync(2);
        await _other.WaitForAsync(1);
        var watchdog = await HostWatchdog.OfAsync(host.Pid);
        if (!hasWatchdog)
        {
            _ = LibC.kill(watchdog, LibC.SIGKILL);
        }

        _ = LibC.kill(host.Pid, LibC.SIGKILL);
        if (!hasWatchdog)
        {
            var ledger = Assert.Single(_state.GetFiles("*.ledger", SearchOption.AllDirectories));
            await Poll.UntilAsync(() => IsUnlocked(ledger.FullName), "the last thread of the host to die");
            Assert.Equal((2, 2), (_started.Alive().Count, _recorded.Alive().Count));
            await new Sweep(ProcessPlatform.Current, NullLogger.Instance, ledger.DirectoryName).RunAsync();
        }

        _started.AssertNoneAlive(Soon);
        _recorded.AssertNoneAlive(Soon);
        Assert.Single(_other.Alive());
    }

    private static async Task StepAsync(ZooHost host, params string[] step)
    {
        host.SendLine(step);
        Assert.Equal("started", (await host.ReadAsync<HostReport>()).Outcome);
    }

    private static bool IsUnlocked(string path)
    {
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0 && LibC.flock(file, LibC.LOCK_UN) == 0;
    }
}

using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.SharedMemory;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Shared memory of started and recorded processes is found before the reap, and does not outlive the host.</summary>
[SupportedOSPlatform("linux")]
public sealed class RecordedMemoryTests : SharedMemoryTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("reaper")]
    [InlineData("record")]
    public async Task An_object_created_at_run_time_is_in_the_ledger_and_is_removed_after_the_death_of_the_host(string step)
    {
        var state = Directory.CreateTempSubdirectory("testreaper-state-");
        var (own, foreign) = (NewName(), NewName());
        using var host = ZooHost.Start(
            ZooHost.Command(LayerSet.NoCGroup, "--leak-scope"), new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = state.FullName });

        // A descendant creates the object on request, after the recording. The standard output carries the answers of the host.
        const string Script = "until [ -e \"$0\" ]; do sleep 0.05; done; exec \"$@\" >/dev/null";
        var request = Path.Combine(state.FullName, "request");
        host.SendLine([step, "a", "/bin/sh", "-c", Script, request, MemoryProgram.Require(), "daemon", "create", own, "end"]);
        Assert.Equal("started", (await host.ReadAsync<HostReport>()).Outcome);
        Assert.False(Exists(own));
        var watchdog = await HostWatchdog.OfAsync(host.Pid);

        // Positive control: neither started by a reaper nor recorded.
        var neighbour = await NeighbourAsync("create", foreign);
        await File.WriteAllTextAsync(request, "");
        await Poll.UntilAsync(() => Exists(own), "the object of the tree");

        IReadOnlyList<string> ledger = [];
        await Poll.UntilAsync(
            () => (ledger = HostLedger.Lines(host.Pid, state.FullName)).Any(line => line.Contains(own, StringComparison.Ordinal)),
            () => $"{own} in the ledger: {string.Join('\n', ledger)}");
        Assert.DoesNotContain(ledger, line => line.Contains(foreign, StringComparison.Ordinal));
        Assert.True(Exists(own) && HostWatchdog.IsOne(watchdog));

        _ = LibC.kill(host.Pid, LibC.SIGKILL);

        await Poll.UntilAsync(() => !Exists(own), "the object of the tree to be removed", Soon);
        Assert.True(Exists(foreign));
        Assert.False(neighbour.HasExited);
        state.Delete(recursive: true);
    }
}

using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.SharedMemory;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>After the host's death the shared memory of its server is removed. Objects of other processes stay.</summary>
[SupportedOSPlatform("linux")]
public sealed class DeadHostMemoryTests : SharedMemoryTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("watchdog", "all layers")]
    [InlineData("watchdog", "ordinary user")]
    [InlineData("sweep", "all layers")]
    public async Task Shared_memory_of_the_server_of_a_killed_host_is_removed(string cleaner, string layers)
    {
        var state = Directory.CreateTempSubdirectory("testreaper-state-");
        File.SetUnixFileMode(state.FullName, (UnixFileMode)0x1FF);
        var (own, used, foreign) = (NewName(), NewName(), NewName());
        using var host = ZooHost.Start(
            ZooHost.Command(
                LayerSet.Of(layers),
                ["--stdin", "--", MemoryProgram.Require(), "create", own, "semaphore", own, "systemv", "create", used]),
            new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = state.FullName });
        var watchdog = await HostWatchdog.OfAsync(host.Pid);
        IReadOnlyList<string> ledger = [];
        await Poll.UntilAsync(
            () => RecordedMemory(ledger = HostLedger.Lines(host.Pid, state.FullName)) >= 4, () => string.Join('\n', ledger));
        var segment = SegmentIn(ledger);
        AddSegment(segment);
        Assert.True(Exists(own) && Exists("sem." + own) && Exists(used) && SystemVExists(segment));
        var neighbour = await NeighbourOfAsync(LayerSet.Of(layers).Prefix(forHost: false), "map", used, "create", foreign);

        if (cleaner == "sweep")
        {
            _ = LibC.kill(watchdog, LibC.SIGKILL);
        }

        _ = LibC.kill(host.Pid, LibC.SIGKILL);
        if (cleaner == "sweep")
        {
            var file = Assert.Single(state.GetFiles("*.ledger", SearchOption.AllDirectories));
            await Poll.UntilAsync(() => IsUnlocked(file.FullName), "the last thread of the host to die");
            Assert.True(Exists(own));
            await new Sweep(ProcessPlatform.Current, new ListLogger(), file.DirectoryName).RunAsync();
        }

        await Poll.UntilAsync(
            () => !Exists(own) && !Exists("sem." + own) && !SystemVExists(segment), "all of the server's to be removed", Soon);
        Assert.True(Exists(used) && Exists(foreign));
        Assert.False(neighbour.HasExited);
        state.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task Shared_memory_in_a_ledger_is_read_as_it_was_written()
    {
        await Task.CompletedTask;
        var born = new DateTimeOffset(2026, 11, 25, 20, 0, 0, TimeSpan.Zero).AddTicks(7);
        SharedMemoryObject[] items =
        [
            new(new SharedMemoryKey(SharedMemoryKind.Posix, "/dev/shm/a \"b\"\n", ulong.MaxValue), 0, 0, born, null),
            new(new SharedMemoryKey(SharedMemoryKind.Posix, "/dev/shm/torch_77_1_2", 3), 0, 0, null, 77),
            new(new SharedMemoryKey(SharedMemoryKind.SystemV, "", 24), 0, 0, born, 88),
        ];
        const string Host = """{"pid":77,"startTime":1,"boot":"b","pidNamespace":"p"}""" + "\n";
        const string Scope = "0123456789abcdef";
        byte[] content =
            [.. System.Text.Encoding.UTF8.GetBytes(Host), .. items.SelectMany(item => LedgerLine.ForMemory(Scope, item).ToUtf8())];

        var server = Assert.Single(LedgerFile.Read(new MemoryStream(content))!.Servers);

        Assert.Equal(items, server.Memory);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/dev/shm/psm_1a2b", "shm s 7 psm_1a2b")]
    [InlineData("/dev/shm/sem.mp-x", "shm s 7 sem.mp-x")]
    [InlineData("/dev/shm/a b", null)]
    [InlineData("/dev/shm/*", null)]
    [InlineData("/dev/shm/..", null)]
    [InlineData("/dev/shm/a/b", null)]
    [InlineData("/dev/shm/a\nadd", null)]
    [InlineData("/dev/mqueue/q", null)]
    public async Task The_watchdog_gets_only_names_without_shell_syntax(string path, string? line)
    {
        await Task.CompletedTask;
        var item = new SharedMemoryObject(new SharedMemoryKey(SharedMemoryKind.Posix, path, 7), 0, 0, null, null);

        Assert.Equal(line, ProtectedMemory.ToLine("s", item));
    }

    private static int RecordedMemory(IReadOnlyList<string> ledger) =>
        ledger.Count(line => line.Contains("\"memory\"", StringComparison.Ordinal));

    private static int SegmentIn(IReadOnlyList<string> ledger)
    {
        var line = ledger.Single(line => line.Contains("\"memory\":\"\"", StringComparison.Ordinal));
        using var json = System.Text.Json.JsonDocument.Parse(line);
        return int.Parse(json.RootElement.GetProperty("memoryId").GetRawText(), CultureInfo.InvariantCulture);
    }

    private static bool IsUnlocked(string path)
    {
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0;
    }
}

using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;
using TestReaper.Reaping.Release;
using TestReaper.Tests.CrashProtection;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>An object stays if a process uses it. A process that has it open for a moment only does not count.</summary>
[SupportedOSPlatform("linux")]
public sealed class SharedMemoryReleaseTests : SharedMemoryTest
{
    private readonly FakePlatform _platform = new();
    private readonly FakeMemory _memory = new();

    [Theory(Timeout = 30_000)]
    [InlineData(1, "removed")]
    [InlineData(int.MaxValue, "not removed, process 500 () outside the tree uses it")]
    public async Task A_momentary_use_does_not_keep_an_object(int checksInUse, string detail)
    {
        await Task.CompletedTask;
        var key = _memory.Add(7);
        _platform.Memory = _memory;
        _platform.Add(500, 500, parent: 1);
        _memory.Uses[500] = [key];
        _memory.Removal = () => checksInUse-- > 0 ? SharedMemoryOutcome.InUse : SharedMemoryOutcome.Removed;
        var found = new FoundMemory(_memory.Objects[0], CreatorPid: 100, CreatorName: null, IsCertain: true);
        var check = new SharedMemoryRelease(found, remove: true, _platform);

        var result = Assert.Single(ReleaseWait.Run([check], TimeSpan.FromSeconds(20), TimeProvider.System));

        Assert.Equal(ReleaseVerdict.Released, result.Verdict);
        Assert.Equal(detail, result.Detail);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, "was removed")]
    [InlineData(int.MaxValue, "since a process uses it")]
    public async Task The_sweep_waits_for_a_momentary_use(int attemptsInUse, string outcome)
    {
        await Task.CompletedTask;
        _memory.Add(7);
        _platform.Memory = _memory;
        _memory.Removal = () => attemptsInUse-- > 0 ? SharedMemoryOutcome.InUse : SharedMemoryOutcome.Removed;
        var server = new LedgerServer(ScopeId.New(), Container: null, "server");
        server.Memory.Add(_memory.Objects[0]);
        var log = new ListLogger();

        LeftoverMemory.Remove(server, _platform, log);

        Assert.Contains(outcome, Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_holder_of_a_lease_is_named_as_the_user()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "create", name);
        await Poll.UntilAsync(
            () => HostLedger.Lines(Environment.ProcessId, Ledger.Directory(ProcessPlatform.Current))
                .Any(line => line.Contains("\"memory\"", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal)),
            "a sample to find the object");
        const string Script = """
            import fcntl, os, signal, sys, time
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            file = os.open(sys.argv[1], os.O_RDONLY)
            os.kill(int(sys.argv[2]), signal.SIGKILL)
            while True:
                try:
                    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
                    break
                except BlockingIOError:
                    time.sleep(0.01)
            print("leased", flush=True)
            sys.stdin.read()
            """;
        var start = new ProcessStartInfo("/usr/bin/python3", ["-c", Script, PathOf(name), $"{server.ProcessId}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var holder = Process.Start(start)!;
        try
        {
            Assert.Equal("leased", await holder.StandardOutput.ReadLineAsync());

            var report = await server.ReapAsync();

            Assert.Equal($"not removed, process {holder.Id} (python3) outside the tree uses it", ReleaseOf(report, name).Detail);
            Assert.True(Exists(name));
        }
        finally
        {
            holder.StandardInput.Close();
            await holder.WaitForExitAsync();
        }
    }
}

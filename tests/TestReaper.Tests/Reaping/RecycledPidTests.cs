using System.Diagnostics;
using System.Globalization;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Platform;
using Xunit;
using LibC = TestReaper.Tests.Infrastructure.LibC;

namespace TestReaper.Tests.Reaping;

/// <summary>Runs alone: it changes the counter from which the kernel takes the next pid.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RecycledPids
{
    public const string Name = "Recycled pids";
}

/// <summary>An unrelated process with the pid of a dead one, forced by <c>/proc/sys/kernel/ns_last_pid</c>.</summary>
[Collection(RecycledPids.Name)]
public sealed class RecycledPidTests : RealTrees
{
    [SkippableFact(Timeout = 60_000)]
    public async Task An_unrelated_process_with_the_pid_of_an_exited_one_is_not_recorded()
    {
        using var exited = StartUnknown("--exit-after", "0");
        await exited.WaitForExitAsync();
        using var stranger = StartWithPid(exited.Id);
        try
        {
            var reaper = new ProcessReaper(AtOnce);
            reaper.Record(exited);
            var report = await reaper.ReapAsync();

            Assert.Empty(report.Processes);
            Assert.False(stranger.HasExited, "A stranger was killed because of its pid.");
        }
        finally
        {
            stranger.Kill();
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_unrelated_process_with_the_pid_of_a_recorded_one_is_not_reaped()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--setpgid"));
        await Registry.WaitForAsync(1);
        root.Kill();
        await root.WaitForExitAsync();
        using var stranger = StartWithPid(root.Id);
        try
        {
            var report = await reaper.ReapAsync();

            Assert.Equal(root.Id, Assert.Single(report.Processes).ProcessId);
            Assert.False(report.Processes[0].WasKilled);
            Assert.False(stranger.HasExited, "A stranger was killed because of its pid.");
        }
        finally
        {
            stranger.Kill();
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_cached_process_is_reused_and_a_new_one_with_its_pid_is_read()
    {
        using var process = StartUnknown();
        var identity = await IdentityOf("root");
        var settled = new UnrelatedProcessCache();
        var snapshot = new ProcessSnapshot();
        ProcFs.Capture(snapshot);
        settled.Remember(snapshot, entry => entry.Identity == identity);
        for (var i = 0; i < snapshot.Entries.Count; i++)
        {
            Assert.Equal(
                snapshot.Entries[i].Identity == identity, settled.TryGet(snapshot.Entries[i].Pid, snapshot.InodeAt(i), out _, out _));
        }

        ProcFs.Capture(snapshot, settled);
        Assert.True(snapshot.Contains(identity));

        process.Kill();
        await process.WaitForExitAsync();
        using var stranger = StartWithPid(process.Id);
        try
        {
            ProcFs.Capture(snapshot, settled);

            Assert.True(snapshot.TryGet(process.Id, out var entry));
            Assert.NotEqual(identity, entry.Identity);
            Assert.Equal(Infrastructure.ProcStat.StartTimeOf(process.Id), entry.Identity.StartTime);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_handle_of_a_dead_process_does_not_signal_a_new_one_with_its_pid()
    {
        using var process = StartUnknown();
        var identity = await IdentityOf("root");
        using var early = LinuxProcessHandle.Open(identity);
        using var polled = Platform.PolledHandle.Of(identity);
        process.Kill();
        await process.WaitForExitAsync();
        using var stranger = StartWithPid(process.Id);
        try
        {
            using var late = LinuxProcessHandle.Open(identity);
            foreach (var handle in new[] { early, polled, late })
            {
                Assert.Equal(SignalOutcome.Gone, handle.Signal(LibC.SIGKILL));
                Assert.True(handle.IsGone());
            }

            Assert.False(stranger.HasExited, "A stranger was killed because of its pid.");
        }
        finally
        {
            stranger.Kill();
        }
    }

    private async Task<ProcessIdentity> IdentityOf(string role)
    {
        var process = await OneAsync(role);
        return new(process.Pid, process.StartTime);
    }

    private static Process StartWithPid(int pid)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                File.WriteAllText("/proc/sys/kernel/ns_last_pid", (pid - 1).ToString(CultureInfo.InvariantCulture));
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                Skip.If(true, "The next pid cannot be chosen here.");
            }

            var process = Process.Start("sleep", "60");
            if (process.Id == pid)
            {
                return process;
            }

            process.Kill();
            process.Dispose();
        }

        Skip.If(true, $"The pid {pid} was always taken.");
        throw new UnreachableException();
    }
}

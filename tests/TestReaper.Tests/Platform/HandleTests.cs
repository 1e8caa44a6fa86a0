using TestReaper.Platform;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Reaping;
using Xunit;
using LibC = TestReaper.Tests.Infrastructure.LibC;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Platform;

/// <summary>A handle behaves the same with a pidfd and without one.</summary>
public sealed class HandleTests : RealTrees
{
    public static TheoryData<bool> BothKinds => [true, false];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_living_process_is_signalled_and_gone_when_it_is_dead(bool hasPidfd)
    {
        using var process = StartUnknown();
        using var handle = Open(await IdentityAsync(), hasPidfd);

        Assert.Equal(hasPidfd, handle.Fd >= 0);
        Assert.False(handle.IsGone());
        Assert.Equal(SignalOutcome.Sent, handle.Signal(0));
        Registry.AssertAlive("root", 1);

        Assert.Equal(SignalOutcome.Sent, handle.Signal(LibC.SIGKILL));
        await Poll.UntilAsync(handle.IsGone, "the process to be gone");
        Registry.AssertNoneAlive();
        Assert.Equal(SignalOutcome.Gone, handle.Signal(LibC.SIGKILL));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_process_with_another_start_time_is_never_signalled(bool hasPidfd)
    {
        using var process = StartUnknown();
        var identity = await IdentityAsync();
        foreach (var start in new[] { identity.StartTime - 1, identity.StartTime + 1, 0ul })
        {
            using var handle = Open(identity with { StartTime = start }, hasPidfd);

            Assert.Equal(SignalOutcome.Gone, handle.Signal(LibC.SIGKILL));
            Assert.True(handle.IsGone());
            Assert.Equal(-1, handle.Fd);
        }

        Registry.AssertAlive("root", 1);
        Assert.False(process.HasExited);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_process_that_never_existed_is_gone(bool hasPidfd)
    {
        await Task.CompletedTask;
        using var handle = Open(new(int.MaxValue, 1), hasPidfd);

        Assert.True(handle.IsGone());
        Assert.Equal(SignalOutcome.Gone, handle.Signal(LibC.SIGKILL));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_zombie_is_gone(bool hasPidfd)
    {
        using var parent = StartBelowNeglectfulParent();
        try
        {
            var identity = await IdentityAsync();
            using var before = Open(identity, hasPidfd);
            Assert.Equal(0, LibC.kill(identity.Pid, LibC.SIGKILL));
            await Poll.UntilAsync(() => ProcStat.StateOf(identity.Pid) == 'Z', "the process to be a zombie");
            Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(5));
            using var after = Open(identity, hasPidfd);

            await Poll.UntilAsync(() => before.IsGone() && after.IsGone(), "both handles to see it");
            Assert.Equal('Z', ProcStat.StateOf(identity.Pid));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_zombie_with_a_living_thread_is_not_gone(bool hasPidfd)
    {
        using var process = StartUnknown("--linger-thread");
        var identity = await IdentityAsync();
        await Poll.UntilAsync(() => ProcStat.StateOf(identity.Pid) == 'Z', "the main thread to exit");
        using var handle = Open(identity, hasPidfd);

        Assert.False(handle.IsGone());
        Registry.AssertAlive("root", 1);

        Assert.Equal(SignalOutcome.Sent, handle.Signal(LibC.SIGKILL));
        await Poll.UntilAsync(handle.IsGone, "its last thread to be gone");
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handle_that_is_disposed_does_not_close_a_descriptor_twice()
    {
        using var process = StartUnknown();
        var handle = LinuxProcessHandle.Open(await IdentityAsync());

        handle.Dispose();
        handle.Dispose();

        Assert.Equal(-1, handle.Fd);
        Assert.False(handle.IsGone());
    }

    private static LinuxProcessHandle Open(ProcessIdentity identity, bool hasPidfd) =>
        hasPidfd ? LinuxProcessHandle.Open(identity) : PolledHandle.Of(identity);

    private async Task<ProcessIdentity> IdentityAsync()
    {
        var process = await OneAsync("root");
        return new(process.Pid, process.StartTime);
    }
}

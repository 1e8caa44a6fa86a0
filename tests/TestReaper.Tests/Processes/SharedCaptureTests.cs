using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Concurrent scans share captures.</summary>
public sealed class SharedCaptureTests : IDisposable
{
    private readonly FakePlatform _platform = new();
    private readonly ManualResetEventSlim _goOn = new();

    public void Dispose() => _goOn.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Requests_during_a_capture_share_the_next_one()
    {
        HoldFirst();
        var captures = SharedCapture.For(_platform);
        var first = Start(captures);
        await Poll.UntilAsync(() => _platform.Captures == 1, "the first capture");
        var others = Enumerable.Range(0, 8).Select(_ => Start(captures)).ToArray();
        await Poll.UntilAsync(() => captures.Waiting == 8, "eight waiting requests");
        var late = _platform.Add(500, 500, parent: 1);

        _goOn.Set();
        var shared = (await Task.WhenAll(others)).Distinct().ToList();

        Assert.False((await first).IsShared);
        Assert.True(Assert.Single(shared).IsShared);
        Assert.True(shared[0].Contains(late.Identity), "The shared capture began before the requests.");
        Assert.Equal(2, _platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_single_caller_gets_its_own_snapshot()
    {
        var own = new ProcessSnapshot();

        var taken = await Start(SharedCapture.For(_platform), own);

        Assert.Same(own, taken);
        Assert.True(own.Contains(_platform.Find(1)!.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_capture_fails_only_for_its_own_caller()
    {
        HoldFirst(failing: 2);
        var captures = SharedCapture.For(_platform);
        var first = Start(captures);
        await Poll.UntilAsync(() => _platform.Captures == 1, "the first capture");
        var others = Enumerable.Range(0, 4).Select(_ => Start(captures)).ToArray();
        await Poll.UntilAsync(() => captures.Waiting == 4, "four waiting requests");

        _goOn.Set();
        await first;
        await Poll.UntilAsync(() => Array.TrueForAll(others, other => other.IsCompleted), "the end of all");

        Assert.IsType<IOException>(Assert.Single(others, other => other.IsFaulted).Exception!.InnerException);
        var seen = others.Where(other => !other.IsFaulted).Select(other => other.Result);
        Assert.All(seen, snapshot => Assert.True(snapshot.Contains(_platform.Find(1)!.Identity)));
    }

    private void HoldFirst(int failing = 0) => _platform.BeforeCapture = capture =>
    {
        if (capture == failing)
        {
            throw new IOException("no descriptors");
        }

        if (capture == 1)
        {
            _goOn.Wait(TimeSpan.FromSeconds(20));
        }
    };

    private static Task<ProcessSnapshot> Start(SharedCapture captures, ProcessSnapshot? own = null) => Task.Factory.StartNew(
        () => captures.Capture(own ?? new ProcessSnapshot(), new UnrelatedProcessCache()), TaskCreationOptions.LongRunning);
}

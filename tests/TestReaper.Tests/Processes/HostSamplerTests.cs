using System.Collections.Concurrent;
using System.Diagnostics;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>One scan of the machine serves all trees.</summary>
[Collection(FakePlatform.Launched)]
public sealed class HostSamplerTests
{
    private readonly FakePlatform _platform = new();
    private readonly ConcurrentQueue<TreeTracker> _sampled = [];

    [Fact(Timeout = 30_000)]
    public async Task One_scan_gives_each_tree_its_own_processes()
    {
        using var first = Tree(100);
        using var second = Tree(200);
        _platform.Add(101, 101, parent: 100, group: 100, session: 100);
        _platform.Add(201, 201, parent: 200, group: 200, session: 200);
        using var firstSampling = new TreeSampler(first, _platform);
        using var secondSampling = new TreeSampler(second, _platform);

        await Poll.UntilAsync(
            () => _sampled.Count(tree => tree == first) >= 4 && _sampled.Count(tree => tree == second) >= 4,
            "four samples of each");

        Assert.Equal([100, 101], first.Members.Select(member => member.Identity.Pid).Order());
        Assert.Equal([200, 201], second.Members.Select(member => member.Identity.Pid).Order());
        var (scans, samples) = (_platform.Captures, _sampled.Count);
        Assert.True(samples > scans, $"{samples} samples in {scans} scans");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scan_reads_all_processes_once_and_leaves_out_a_tree_that_was_removed()
    {
        await Task.CompletedTask;
        using var first = Tree(100);
        using var second = Tree(200);
        using var left = Tree(300);
        _platform.Add(101, 101, parent: 100, group: 100, session: 100);
        _platform.Add(201, 201, parent: 200, group: 200, session: 200);

        new SharedScan(_platform).Run([first, second, left], tree => tree != left, TimeSpan.Zero);

        Assert.Equal(1, _platform.Captures);
        Assert.Equal([first, second], _sampled);
        Assert.Contains(first.Members, member => member.Identity.Pid == 101);
        Assert.Contains(second.Members, member => member.Identity.Pid == 201);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_scan_interval_grows_and_a_new_root_resets_it()
    {
        using var tree = Tree(100);
        using var sampling = new TreeSampler(tree, _platform);
        var intervals = new ConcurrentStack<TimeSpan>();
        var last = Stopwatch.GetTimestamp();
        tree.Sampled += _ =>
        {
            intervals.Push(Stopwatch.GetElapsedTime(last));
            last = Stopwatch.GetTimestamp();
        };
        await Poll.UntilAsync(() => intervals.TryPeek(out var interval) && interval > TimeSpan.FromMilliseconds(900), "a long interval");

        sampling.Hasten();

        // With long intervals five samples would take four seconds.
        intervals.Clear();
        await Poll.UntilAsync(() => intervals.Count >= 5, "five samples", TimeSpan.FromSeconds(3));
    }

    [Fact(Timeout = 30_000)]
    public async Task Ending_the_sampling_of_one_tree_does_not_end_that_of_the_others()
    {
        using var first = Tree(100);
        using var second = Tree(200);
        var firstSampling = new TreeSampler(first, _platform);
        using var secondSampling = new TreeSampler(second, _platform);
        await Poll.UntilAsync(() => _sampled.Contains(first) && _sampled.Contains(second), "a sample of each");

        firstSampling.Dispose();
        var scans = _platform.Captures;

        // One scan may have been in progress.
        await Poll.UntilAsync(() => _platform.Captures > scans + 1, "the next scans");
        _sampled.Clear();
        await Poll.UntilAsync(() => _sampled.Count(tree => tree == second) >= 3, "three more samples");
        Assert.DoesNotContain(first, _sampled);
    }

    [Fact(Timeout = 30_000)]
    public async Task Command_lines_of_living_members_are_read_and_kept()
    {
        using var tree = Tree(100);
        var child = _platform.Add(101, 101, parent: 100, group: 100, session: 100);
        using var sampling = new TreeSampler(tree, _platform);
        await Poll.UntilAsync(
            () => tree.Members.Any(member => member.Identity == child.Identity && member.LastCommandLine == "process-101"),
            "the command line");

        child.CommandLine = "[gone]";
        child.Die();

        // The root is alive. Its title changes, and the sampler reads the new one.
        _platform.Find(100)!.CommandLine = "process-100: ready";
        await Poll.UntilAsync(() => tree.Members.Single(member => member.IsRoot).LastCommandLine == "process-100: ready", "the new title");
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exception_from_a_subscriber_does_not_end_the_sampling()
    {
        using var tree = Tree(100);
        tree.Sampled += _ => throw new InvalidOperationException();
        using var sampling = new TreeSampler(tree, _platform);

        await Poll.UntilAsync(() => _sampled.Count >= 3, "three samples");
    }

    private TreeTracker Tree(int root)
    {
        var process = _platform.Add(root, (ulong)root, Environment.ProcessId, group: root, session: root);
        var tree = new TreeTracker(_platform, "0123456789abcdef");
        tree.AddLaunched(process.Identity);
        tree.Sampled += _sampled.Enqueue;
        return tree;
    }
}

using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Samples do not read a process again that is known to be unrelated, even if it is younger than the trees.</summary>
[Collection(FakePlatform.Launched)]
public sealed class UnrelatedProcessCacheTests
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();

    [Fact(Timeout = 30_000)]
    public async Task A_younger_unrelated_process_is_not_read_again_and_a_member_is()
    {
        using var first = Tree(100);
        using var second = Tree(200);
        var member = Add(301, parent: 100, session: 100);
        var stranger = Add(300, parent: 1, session: 300);
        using var firstSampling = new TreeSampler(first, _platform);
        using var secondSampling = new TreeSampler(second, _platform);
        await ScansAsync(5);

        var (strangerReads, memberReads) = (stranger.Reads, member.Reads);
        await ScansAsync(5);

        Assert.Equal(strangerReads, stranger.Reads);
        Assert.True(member.Reads >= memberReads + 5, "The member is not read any more.");
        Assert.Contains(first.Members, known => known.Identity == member.Identity);
    }

    /// <summary>Like the other processes of a terminal: processes that a test host starts stay in its session.</summary>
    [Fact(Timeout = 30_000)]
    public async Task An_older_process_is_not_read_again_even_if_a_member_is_in_its_session()
    {
        using var tree = Tree(100);
        var older = Add(20, parent: 1, session: 100);
        Add(300, parent: 1, session: 300);
        using var sampling = new TreeSampler(tree, _platform);
        await ScansAsync(5);
        var reads = older.Reads;

        tree.AddRoot(Add(200, parent: 1, session: 100).Identity);
        await ScansAsync(5);

        Assert.Equal(reads, older.Reads);
        Assert.Contains(tree.Members, member => member.Identity.Pid == 200);
    }

    /// <summary>The process may move to the group of the member.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_younger_unrelated_process_is_read_again_once_a_member_is_in_its_session()
    {
        using var tree = Tree(100);
        var stranger = Add(300, parent: 1, session: 20);
        using var sampling = new TreeSampler(tree, _platform);
        await ScansAsync(5);
        var reads = stranger.Reads;

        Add(301, parent: 100, session: 20);

        await Poll.UntilAsync(() => stranger.Reads >= reads + 3, "three more reads");
        Assert.DoesNotContain(tree.Members, member => member.Identity == stranger.Identity);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unjudged_process_is_read_by_each_scan()
    {
        using var tree = Tree(100);
        var blocked = Add(300, parent: 1, session: 300);
        blocked.IsBlocked = true;
        using var sampling = new TreeSampler(tree, _platform);
        await ScansAsync(3);

        var reads = blocked.Reads;
        await ScansAsync(5);

        Assert.True(blocked.Reads >= reads + 5, "The process is not read any more, although it may be a member.");
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unrelated_process_that_becomes_a_root_is_read_again()
    {
        using var tree = Tree(100);
        var stranger = Add(300, parent: 1, session: 300);
        using var sampling = new TreeSampler(tree, _platform);
        await ScansAsync(5);
        var reads = stranger.Reads;

        tree.AddRoot(stranger.Identity);

        await Poll.UntilAsync(() => stranger.Reads >= reads + 3, "three reads of the new root");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_unrelated_to_the_first_tree_is_found_by_a_tree_that_is_sampled_later()
    {
        using var later = Tree(100, "fedcba9876543210");
        using var first = Tree(50);
        var process = Add(300, parent: 1, session: 300);
        process.Scopes = ["fedcba9876543210"];
        using var firstSampling = new TreeSampler(first, _platform);
        await ScansAsync(5);
        Assert.DoesNotContain(later.Members, member => member.Identity == process.Identity);

        using var laterSampling = new TreeSampler(later, _platform);

        await Poll.UntilAsync(() => later.Members.Any(member => member.Identity == process.Identity), "the member of the later tree");
    }

    private Task ScansAsync(int count)
    {
        var scans = _platform.Captures;
        return Poll.UntilAsync(() => _platform.Captures > scans + count, $"{count} scans");
    }

    /// <summary>Else the reap would see it alive, as it was when it was judged, for as long as its zombie is listed.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_process_that_becomes_a_member_is_forgotten()
    {
        await Task.CompletedTask;
        const ulong Inode = 7;
        var entry = new ProcessEntry(new ProcessIdentity(300, 300), 1, 300, 300, 'S', 1, 0);
        var snapshot = new ProcessSnapshot();
        snapshot.Add(entry, Inode);
        var cache = new UnrelatedProcessCache();

        cache.Remember(snapshot, _ => true);
        Assert.True(cache.TryGet(300, Inode, out _, out _));

        cache.Remember(snapshot, _ => false);
        Assert.False(cache.TryGet(300, Inode, out _, out _));
    }

    private FakeProcess Add(int pid, int parent, int session)
    {
        var process = _platform.Add(pid, (ulong)pid, parent, group: session, session: session);
        process.Inode = (ulong)pid;
        return process;
    }

    private TreeTracker Tree(int root, string scope = Scope)
    {
        var process = Add(root, Environment.ProcessId, root);
        var tree = new TreeTracker(_platform, scope);
        tree.AddLaunched(process.Identity);
        return tree;
    }
}

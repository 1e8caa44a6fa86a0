using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

public sealed class TreeTrackerOrderTests
{
    private const string Scope = "0123456789abcdef";

    /// <summary>/proc is sorted by pid, and pids wrap around. The result must not depend on which process is read first.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_members_do_not_depend_on_the_order_of_reading()
    {
        await Task.CompletedTask;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var platform = new FakePlatform();
            var expected = Populate(platform, random);
            var all = platform.Running.ToArray();
            random.Shuffle(all);
            platform.Running.Clear();
            platform.Running.AddRange(all);

            using var tree = new TreeTracker(platform, Scope);
            tree.AddRoot(platform.Find(100)!.Identity);
            tree.Observe();

            var found = tree.Members.Select(member => member.Identity.Pid).Order().ToArray();
            Assert.True(
                expected.SequenceEqual(found),
                $"Seed {seed}, round {round}: expected {string.Join(' ', expected)}, found {string.Join(' ', found)}.");
        }
    }

    /// <summary>
    /// Builds a tree in which exactly one layer connects each member to an earlier one, and unrelated processes that are connected
    /// in the same way among themselves. So the members are known without a search.
    /// </summary>
    private static int[] Populate(FakePlatform platform, Random random)
    {
        List<FakeProcess> members = [platform.Add(100, 100, Environment.ProcessId, 100, 100)];
        List<FakeProcess> strangers = [platform.Add(500, 100, 1, 500, 500)];
        for (var pid = 101; pid < 125; pid++)
        {
            members.Add(Join(platform, pid, members[random.Next(members.Count)], random.Next(4), Scope));
            strangers.Add(Join(platform, pid + 400, strangers[random.Next(strangers.Count)], random.Next(4), "other"));
        }

        return [.. members.Select(member => member.Pid).Order()];
    }

    private static FakeProcess Join(FakePlatform platform, int pid, FakeProcess relative, int layer, string scope) => layer switch
    {
        0 => platform.Add(pid, 100, relative.Pid, pid, pid),
        1 => platform.Add(pid, 100, 1, relative.Group, relative.Session),
        2 => platform.Add(pid, 100, 1, pid, relative.Session),
        _ => platform.Add(pid, 100, 1, pid, pid, scope),
    };
}

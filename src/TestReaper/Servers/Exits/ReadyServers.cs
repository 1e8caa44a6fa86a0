using TestReaper.Processes;

namespace TestReaper.Servers.Exits;

/// <summary>The servers of this host that became ready, and the last ones that died, to explain failures of tests that used them.</summary>
internal static class ReadyServers
{
    private const int MaxDead = 32;
    private static readonly object Gate = new();
    private static readonly List<ServerLifetime> Running = [];
    private static readonly Queue<ServerLifetime> Dead = [];

    public static void Add(ServerLifetime run)
    {
        lock (Gate)
        {
            Running.Add(run);
        }
    }

    /// <summary>Removes a server that is reaped. One that died is kept for the failures that are reported after its reap.</summary>
    public static void Remove(ServerLifetime run)
    {
        lock (Gate)
        {
            if (Running.Remove(run) && run.Exits.Death is not null)
            {
                Dead.Enqueue(run);
                if (Dead.Count > MaxDead)
                {
                    Dead.Dequeue();
                }
            }
        }
    }

    /// <summary>
    /// The servers that a failed test may have used: those whose port the text contains, or, if it has no address, those that the test's
    /// class uses or has started, and those of the collection or set-up around it. The nearest come first. A port of a running server
    /// belongs to that one.
    /// </summary>
    public static IReadOnlyList<ServerLifetime> FindUsed(string failure, TreeOwner? owner)
    {
        lock (Gate)
        {
            var ports = AddressText.FindPorts(failure);
            var owners = TreeOwner.WithParents(owner).ToList();
            var isOwn = (ServerLifetime run) => (owner is not null && run.Exits.Users.Contains(owner)) || owners.Contains(run.Owner!);
            ServerLifetime[] running =
            [
                .. Running.Where(run => ports.Count > 0 ? UsesAny(run, ports) : isOwn(run))
                    .OrderBy(run => owners.IndexOf(run.Owner!) is var place and >= 0 ? place : owners.Count),
            ];
            return running.Length > 0 || ports.Count == 0
                ? running
                : [.. Dead.Where(run => isOwn(run) && UsesAny(run, ports)).TakeLast(1)];
        }
    }

    private static bool UsesAny(ServerLifetime run, IReadOnlySet<int> ports) =>
        ports.Overlaps(run.Ports.Allocated.Values) || (run.Ports.Own is { } own && ports.Contains(own));
}

using TestReaper.Platform;
using TestReaper.Servers.Starting;

namespace TestReaper.Servers.Ports;

/// <summary>Chooses ports that neither the system nor another fixture of this user hands out.</summary>
/// <remarks>
/// <para>
/// Constraint: a server binds its port some time after the port was chosen. Until then the kernel may give the same port to an outgoing
/// connection, and another test run may choose it. A socket that reserves the port does not help, because the server could not bind it.
/// </para>
/// <para>
/// Scheme: ports come from outside <c>ip_local_port_range</c>, from which the kernel takes the ports of outgoing connections
/// (https://docs.kernel.org/networking/ip-sysctl.html). A file lock per port, in a directory that only this user can write, keeps other
/// fixtures away, in this process and in others. The kernel drops the lock when its holder dies. A lock is taken first and the port
/// probed second, so two fixtures never probe the same port. The search starts at a random port, so that parallel runs rarely meet.
/// </para>
/// <para>
/// A server that derives ports from the one that it is given needs all of them. A port is taken only if those at the requested distances
/// can be locked and are free as well. An attempt that fails gives its locks back and does not wait for those of others, so two fixtures
/// cannot block each other.
/// </para>
/// <para>If a process outside TestReaper binds the port in between, the start notices it (ListenerCheck) and takes other ports.</para>
/// </remarks>
internal sealed class PortAllocator(IProcessPlatform platform)
{
    // Well-known services of a developer's machine use the ports below.
    public const int First = 10000, Last = 65535;

    private const int Enough = 100;

    // The locks of an attempt that fails look like leases to an attempt in another process, until that searches again.
    private const int MostSearches = 20;
    private static readonly object OneBlockAtATime = new();

    /// <param name="offsets">The distances of all ports to take from the first one, which is the port with the distance 0.</param>
    /// <returns>The port, and the locks that reserve all of them until they are disposed.</returns>
    /// <exception cref="IOException">No such port is free, or the state directory cannot be used.</exception>
    /// <exception cref="SocketException">The system refused a socket, for example because no descriptor is free.</exception>
    public (int Port, IReadOnlyList<IDisposable> Locks) Allocate(IReadOnlyList<int> offsets)
    {
        var directory = Path.Combine(StateDirectory.Get(platform), "ports");
        OwnerOnlyFile.CreateDirectory(directory);
        var ports = Candidates(platform.Sockets.EphemeralPorts, offsets);
        if ((offsets.Count == 1 ? Search(directory, ports, offsets) : SearchBlock(directory, ports, offsets)) is { } found)
        {
            return found;
        }

        var what = offsets.Count == 1 ? $"None of {ports.Length} ports" : $"No block of {offsets.Count} ports at {ports.Length} places";
        throw new IOException(
            $"{what} outside the ephemeral range {platform.Sockets.EphemeralPorts} is free. Something on this machine leaks listeners.");
    }

    /// <summary>All ports that are neither well-known nor ephemeral; the ephemeral ones too where that leaves too few.</summary>
    internal static int[] Candidates((int First, int Last) ephemeral)
    {
        int[] outside = [.. Enumerable.Range(First, Last - First + 1).Where(port => port < ephemeral.First || port > ephemeral.Last)];
        return outside.Length >= Enough ? outside : [.. Enumerable.Range(First, Last - First + 1)];
    }

    /// <summary>The ports for which those at all the distances are candidates, too.</summary>
    internal static int[] Candidates((int First, int Last) ephemeral, IReadOnlyList<int> offsets)
    {
        var outside = KeepWhole(Candidates(ephemeral), offsets);
        return outside.Length >= Enough ? outside : KeepWhole([.. Enumerable.Range(First, Last - First + 1)], offsets);
    }

    private (int Port, IReadOnlyList<IDisposable> Locks)? SearchBlock(string directory, int[] ports, IReadOnlyList<int> offsets)
    {
        lock (OneBlockAtATime)
        {
            return Enumerable.Range(0, MostSearches)
                .Select(_ => Search(directory, ports, offsets))
                .FirstOrDefault(static found => found is not null);
        }
    }

    private (int Port, IReadOnlyList<IDisposable> Locks)? Search(string directory, int[] ports, IReadOnlyList<int> offsets)
    {
        var (start, taken) = (Random.Shared.Next(ports.Length), new HashSet<int>());
        for (var i = 0; i < ports.Length; i++)
        {
            var port = ports[(start + i) % ports.Length];
            if (!offsets.Any(offset => taken.Contains(port + offset)) && TryLease(directory, port, offsets, taken) is { } locks)
            {
                return (port, locks);
            }
        }

        return null;
    }

    private static int[] KeepWhole(int[] ports, IReadOnlyList<int> offsets)
    {
        var isCandidate = new bool[Last + 1];
        Array.ForEach(ports, port => isCandidate[port] = true);
        return Array.FindAll(ports, port => offsets.All(offset => port + offset <= Last && isCandidate[port + offset]));
    }

    /// <returns>Null if one of the ports is leased or in use, which is then added to those that are taken.</returns>
    private List<IDisposable>? TryLease(string directory, int first, IReadOnlyList<int> offsets, HashSet<int> taken)
    {
        var locks = new List<IDisposable>();
        try
        {
            foreach (var port in offsets.Select(offset => first + offset))
            {
                var fileLock = platform.Files.TryLock(Path.Combine(directory, $"{port}.lock"));
                if (fileLock is not null)
                {
                    locks.Add(fileLock);
                }

                if (fileLock is null || !PortProbe.IsFree(port))
                {
                    taken.Add(port);
                    locks.ForEach(static held => held.Dispose());
                    return null;
                }
            }

            return locks;
        }
        catch
        {
            // Out of descriptors: the locks so far must not keep their ports from other fixtures.
            locks.ForEach(static held => held.Dispose());
            throw;
        }
    }
}

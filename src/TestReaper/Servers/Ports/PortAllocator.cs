using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>
/// Hands out ports that the system itself never does: outside the ephemeral range no outgoing connection can take one between
/// the choice and the server's bind. A lock in the user's state directory keeps other fixtures away.
/// </summary>
internal sealed class PortAllocator(IProcessPlatform platform)
{
    // Below 10000 live the well-known services of a developer's machine.
    private const int First = 10000, Last = 65535;

    public PortLease Take()
    {
        var directory = Path.Combine(StateDirectory.Get(platform), "ports");
        OwnerOnlyFile.CreateDirectory(directory);
        var ports = Candidates(platform.Sockets.EphemeralPorts);
        var start = Random.Shared.Next(ports.Length);
        for (var i = 0; i < ports.Length; i++)
        {
            var port = ports[(start + i) % ports.Length];
            var fileLock = platform.Files.TryLock(Path.Combine(directory, $"{port}.lock"));
            if (fileLock is null)
            {
                continue;
            }

            if (PortProbe.IsFree(port))
            {
                return new PortLease(port, fileLock);
            }

            fileLock.Dispose();
        }

        throw new IOException($"None of {ports.Length} ports outside the ephemeral range {platform.Sockets.EphemeralPorts} is free. Something on this machine leaks listeners.");
    }

    /// <summary>All ports that are neither well-known nor ephemeral; all at all where that leaves too few.</summary>
    internal static int[] Candidates((int First, int Last) ephemeral)
    {
        int[] outside = [.. Enumerable.Range(First, Last - First + 1).Where(port => port < ephemeral.First || port > ephemeral.Last)];
        return outside.Length >= 100 ? outside : [.. Enumerable.Range(First, Last - First + 1)];
    }
}

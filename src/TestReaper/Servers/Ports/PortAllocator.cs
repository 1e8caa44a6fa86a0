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
/// <para>If a process outside TestReaper binds the port in between, the start notices it (ListenerCheck) and takes other ports.</para>
/// </remarks>
internal sealed class PortAllocator(IProcessPlatform platform)
{
    // Well-known services of a developer's machine use the ports below.
    private const int First = 10000, Last = 65535;

    /// <returns>The port, and the lock that reserves it until it is disposed.</returns>
    public (int Port, IDisposable Lock) Allocate()
    {
        var directory = Path.Combine(StateDirectory.Get(platform), "ports");
        OwnerOnlyFile.CreateDirectory(directory);
        var ports = Candidates(platform.Sockets.EphemeralPorts);
        var start = Random.Shared.Next(ports.Length);
        for (var i = 0; i < ports.Length; i++)
        {
            var port = ports[(start + i) % ports.Length];
            if (platform.Files.TryLock(Path.Combine(directory, $"{port}.lock")) is { } fileLock)
            {
                if (PortProbe.IsFree(port))
                {
                    return (port, fileLock);
                }

                fileLock.Dispose();
            }
        }

        throw new IOException(
            $"None of {ports.Length} ports outside the ephemeral range {platform.Sockets.EphemeralPorts} is free. " +
            "Something on this machine leaks listeners.");
    }

    /// <summary>All ports that are neither well-known nor ephemeral; the ephemeral ones too where that leaves too few.</summary>
    internal static int[] Candidates((int First, int Last) ephemeral)
    {
        int[] outside = [.. Enumerable.Range(First, Last - First + 1).Where(port => port < ephemeral.First || port > ephemeral.Last)];
        return outside.Length >= 100 ? outside : [.. Enumerable.Range(First, Last - First + 1)];
    }
}

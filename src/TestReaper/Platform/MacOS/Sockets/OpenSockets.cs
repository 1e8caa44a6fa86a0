using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Sockets;

/// <summary>Reads the sockets of processes (PROC_PIDFDSOCKETINFO). Only root reads those of other users.</summary>
internal static unsafe class OpenSockets
{
    private const int SocketInfo = 3;

    /// <summary>The TCP and unix sockets of a process; null if they cannot be read.</summary>
    internal static IReadOnlyList<OpenSocket>? Of(int pid)
    {
        if (DescriptorList.Of(pid, DescriptorList.SocketType) is not { } numbers)
        {
            return null;
        }

        var sockets = new List<OpenSocket>();
        var info = stackalloc byte[OpenSocket.InfoSize];
        foreach (var number in numbers)
        {
            // The descriptor may have been closed meanwhile.
            if (LibSystem.proc_pidfdinfo(pid, number, SocketInfo, info, OpenSocket.InfoSize) == OpenSocket.InfoSize
                && OpenSocket.Parse(pid, new ReadOnlySpan<byte>(info, OpenSocket.InfoSize)) is { } socket)
            {
                sockets.Add(socket);
            }
        }

        return sockets;
    }
}

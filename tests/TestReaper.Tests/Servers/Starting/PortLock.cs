using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers;

/// <summary>Asks for the lock that reserves a port.</summary>
internal static class PortLock
{
    /// <summary>Tries to lock the file that other test hosts check.</summary>
    public static bool IsHeld(int port)
    {
        var path = Path.Combine(StateDirectory.Get(ProcessPlatform.Current), "ports", $"{port}.lock");
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);

        // A sweep may have deleted a file that was not locked.
        return !file.IsInvalid && LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) != 0;
    }
}

using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.Tests.Infrastructure;

/// <summary>A process that entered itself in a <see cref="ProcessRegistry"/>.</summary>
public sealed record RegisteredProcess(string Role, int Pid, ulong StartTime)
{
    /// <summary>Reads ROLE-PID-STARTTIME; the role may hold hyphens.</summary>
    internal static RegisteredProcess Parse(string fileName)
    {
        var startTimeAt = fileName.LastIndexOf('-');
        var pidAt = fileName.LastIndexOf('-', startTimeAt - 1);
        return new(
            fileName[..pidAt],
            int.Parse(fileName[(pidAt + 1)..startTimeAt], CultureInfo.InvariantCulture),
            ulong.Parse(fileName[(startTimeAt + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Whether the process, with all its threads, still holds the lock on its file. It asks the kernel's lock table, never
    /// /proc, so that it can tell when what the product reads in /proc misleads it.
    /// </summary>
    internal bool IsAlive(string registry)
    {
        // Not .NET's File: it takes locks of its own, and fails if it can't.
        var path = Path.Combine(registry, $"{Role}-{Pid}-{StartTime}");
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (file.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        // Shared, since two observers at a time must not take each other for the process.
        if (LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0)
        {
            return false;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == LibC.EWOULDBLOCK
            ? true
            : throw new Win32Exception(error, $"flock {path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Kills the process, unless its pid belongs to another one by now.</summary>
    internal void Kill()
    {
        if (ProcStat.StartTimeOf(Pid) == StartTime)
        {
            _ = LibC.kill(Pid, LibC.SIGKILL);
        }
    }
}

using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.Tests.Infrastructure;

/// <summary>A process that registered itself in a <see cref="ProcessRegistry"/>.</summary>
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
    /// Whether the process, or any thread of it, still holds the lock on its file. The answer comes from the kernel's lock table
    /// and never from /proc: it is right even where the product misreads /proc.
    /// </summary>
    internal bool IsAlive(string registry)
    {
        var path = Path.Combine(registry, $"{Role}-{Pid}-{StartTime}");
        if (OperatingSystem.IsWindows())
        {
            return IsOpenElsewhere(path);
        }

        // Not .NET's File class: it takes a lock itself, and fails if it can't.
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (file.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        // A shared lock: two concurrent observers must not mistake each other for the process.
        if (LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0)
        {
            return false;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == LibC.EWOULDBLOCK
            ? true
            : throw new Win32Exception(error, $"flock {path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Kills the process, unless its pid has been reused.</summary>
    internal void Kill()
    {
        if (OperatingSystem.IsWindows())
        {
            KillByHandle();
        }
        else if (ProcStat.StartTimeOf(Pid) == StartTime)
        {
            _ = LibC.kill(Pid, LibC.SIGKILL);
        }
    }

    // The process shares the file with no writer.
    private static bool IsOpenElsewhere(string path)
    {
        try
        {
            using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (IOException error) when (error is not FileNotFoundException)
        {
            return true;
        }
    }

    private void KillByHandle()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Pid);
            if ((ulong)process.StartTime.ToFileTimeUtc() == StartTime)
            {
                process.Kill();
            }
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It is gone.
        }
    }
}

namespace TestReaper.Platform.Windows.Native;

/// <summary>Opens processes. While a handle is open, the system gives the pid to no other process.</summary>
internal static class OpenedProcess
{
    internal const uint Terminate = 0x1, ReadMemory = 0x10, SetQuota = 0x100, QueryLimited = 0x1000, Synchronize = 0x100000;

    /// <summary>Opens the process that has the pid now.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="access">What the handle is for.</param>
    /// <param name="handle">Null if it was not opened.</param>
    public static ReadOutcome TryOpen(int pid, uint access, out SystemHandle? handle)
    {
        handle = null;
        var opened = pid > 0 ? Kernel32.OpenProcess(access, inherit: false, pid) : 0;
        if (opened != 0)
        {
            handle = new SystemHandle(opened);
            return ReadOutcome.Read;
        }

        return pid <= 0 ? ReadOutcome.Absent : Marshal.GetLastPInvokeError() switch
        {
            WinError.InvalidParameter => ReadOutcome.Absent,
            WinError.NotEnoughMemory or WinError.NoSystemResources or WinError.CommitmentLimit => ReadOutcome.OutOfResources,
            _ => ReadOutcome.Unreadable,
        };
    }

    /// <summary>When it was created, in units of 100 ns since 1601; null if this cannot be read.</summary>
    public static ulong? StartTimeOf(SystemHandle handle) =>
        Kernel32.GetProcessTimes(handle.Value, out var created, out _, out _, out _) ? (ulong)created : null;

    /// <summary>Whether it has exited.</summary>
    public static bool HasExited(SystemHandle handle) => Kernel32.WaitForSingleObject(handle.Value, 0) == 0;
}

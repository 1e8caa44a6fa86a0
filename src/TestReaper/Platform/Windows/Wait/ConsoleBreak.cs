using System.Collections.Concurrent;
using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Wait;

/// <summary>Asks a server to stop by Ctrl+Break, which reaches the processes of its console group.</summary>
/// <remarks>
/// Only a process that was created as the leader of a group can be asked; what it starts is in its group, unless it makes its own.
/// Ctrl+C is not an option: the system switches it off for a new group.
/// https://learn.microsoft.com/windows/console/generateconsolectrlevent
/// </remarks>
internal static unsafe class ConsoleBreak
{
    private const uint CtrlBreak = 1;

    /// <summary>Held while this process joins the console of a server, and while a process is created that may share its console.</summary>
    internal static readonly object Gate = new();
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Leaders = [];

    /// <summary>Whether this process has a console, which its children share.</summary>
    public static bool HasConsole
    {
        get
        {
            uint pid;
            return Kernel32.GetConsoleProcessList(&pid, 1) > 0;
        }
    }

    public static void AddLeader(ProcessIdentity leader) => Leaders[leader] = true;

    public static void RemoveLeader(ProcessIdentity leader) => Leaders.TryRemove(leader, out _);

    /// <summary>False if the process leads no group, or has no console.</summary>
    public static bool TrySend(ProcessIdentity leader)
    {
        // While its handle is open the pid is not reused.
        if (!Leaders.ContainsKey(leader))
        {
            return false;
        }

        lock (Gate)
        {
            if (HasConsole)
            {
                return Kernel32.GenerateConsoleCtrlEvent(CtrlBreak, leader.Pid);
            }

            // The leader has a console without a window. This process joins it for a moment.
            if (!Kernel32.AttachConsole(leader.Pid))
            {
                return false;
            }

            try
            {
                return Kernel32.GenerateConsoleCtrlEvent(CtrlBreak, leader.Pid);
            }
            finally
            {
                _ = Kernel32.FreeConsole();
            }
        }
    }
}

using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Moves this process into a session or a process group of its own, as the options say.</summary>
internal static class Session
{
    public static void Enter(Options options)
    {
        // Windows has no sessions of this kind.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (options.NewSession && LibC.setsid() < 0 && !IsLeader())
        {
            throw new IOException($"setsid: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (options.NewGroup && LibC.setpgid(0, 0) != 0 && !IsLeader())
        {
            throw new IOException($"setpgid: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static bool IsLeader() => ProcessStat.ReadOwn().Session == Environment.ProcessId;
}

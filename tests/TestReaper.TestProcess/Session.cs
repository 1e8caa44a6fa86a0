using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Leaves the session or the process group in which this process was started.</summary>
internal static class Session
{
    public static void Enter(Options options)
    {
        if (options.NewSession && LibC.setsid() < 0 && !IsLeader())
        {
            throw new IOException($"setsid: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (options.NewGroup && LibC.setpgid(0, 0) != 0 && !IsLeader())
        {
            throw new IOException($"setpgid: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static bool IsLeader() => ProcessStat.OfThisProcess().Session == Environment.ProcessId;
}

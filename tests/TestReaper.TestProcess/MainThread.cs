using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Ends only the main thread. The process then looks like a zombie, but its other threads still hold its resources.</summary>
internal static class MainThread
{
    public static void Exit()
    {
        // exit(2) ends one thread, exit_group(2) all of them. For the runtime the thread is in a call that never returns.
        const int ExitOnX64 = 60;
        const int ExitOnArm64 = 93;
        _ = LibC.syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ExitOnX64 : ExitOnArm64, 0);
    }
}

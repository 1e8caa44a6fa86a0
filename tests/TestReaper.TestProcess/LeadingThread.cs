using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Ends the main thread alone: the process then looks like a zombie while its other threads hold all it had.</summary>
internal static class LeadingThread
{
    public static void Exit()
    {
        // exit(2) of one thread, not exit_group(2); the runtime believes the thread to be in a call that never returns.
        const int ExitOnX64 = 60;
        const int ExitOnArm64 = 93;
        _ = LibC.syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ExitOnX64 : ExitOnArm64, 0);
    }
}

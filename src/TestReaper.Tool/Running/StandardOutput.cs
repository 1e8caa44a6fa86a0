using System.Runtime.InteropServices;

namespace TestReaper.Tool.Running;

/// <summary>Keeps the standard output for JSON: what is started from now on writes to the standard error instead.</summary>
internal static partial class StandardOutput
{
    public static void KeepForThisProcess()
    {
        // Its writer has a descriptor of its own from then on.
        Console.Out.Flush();
        if (dup2(2, 1) < 0)
        {
            throw new IOException($"The standard output cannot be kept apart: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);
}

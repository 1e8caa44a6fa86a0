using System.Runtime.InteropServices;

namespace TestReaper.Platform.Linux;

/// <summary>Descriptors 1 and 2, which children inherit.</summary>
internal static class StandardStreams
{
    private const int Output = 1, Error = 2;

    internal static void SendOutputToError()
    {
        if (LibC.dup2(Error, Output) < 0)
        {
            throw new IOException($"The standard output cannot be kept apart: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}

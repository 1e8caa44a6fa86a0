using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;

namespace TestReaper.Platform.MacOS;

/// <summary>The terminal's foreground group, and descriptors 1 and 2 that children inherit.</summary>
internal sealed class MacTerminal : ITerminal
{
    private const int Output = 1, Error = 2;

    public bool IsInForeground =>
        ProcessList.TryRead(Environment.ProcessId, out BsdProcess self) == ReadOutcome.Read
        && self.ForegroundGroup > 0
        && self.ForegroundGroup == self.GroupId;

    public void SendChildOutputToError()
    {
        if (LibSystem.dup2(Error, Output) < 0)
        {
            throw new IOException($"The standard output cannot be redirected to standard error: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}

using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows;

/// <summary>The console. Each server leads a console group of its own, so Ctrl+C does not reach it.</summary>
internal sealed class WindowsTerminal : ITerminal
{
    public bool IsInForeground => false;

    public void SendChildOutputToError()
    {
        const int Output = -11, Error = -12;
        if (!Native.Kernel32.SetStdHandle(Output, Native.Kernel32.GetStdHandle(Error)))
        {
            throw new IOException(
                $"The standard output cannot be redirected to standard error: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}

using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// SIGPIPE for the children of Process.Start. The runtime ignores the signal, and an exec passes on ignored signals. A signal with a
/// handler is reset to the default in the child (dotnet/runtime, pal_process.c, SystemNative_ForkAndExecProcess).
/// </summary>
/// <remarks>
/// <see cref="PosixSignalRegistration"/> does not change an ignored SIGPIPE. So the handler is a function of the C library without effect:
/// abs(3) takes an int, as a handler does, and accesses no memory. A write of this process still fails with EPIPE.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class PipeSignal : IDisposable
{
    private const nint Ignored = 1;
    private static readonly object Gate = new();
    private static readonly nint Handler = FindHandler();
    private static int _users;
    private int _isDisposed;

    /// <summary>Installs the handler if the signal is ignored, until the last result is disposed.</summary>
    /// <returns>Null if no handler is available.</returns>
    internal static IDisposable? PassDefault()
    {
        if (Handler == 0)
        {
            return null;
        }

        lock (Gate)
        {
            if (_users++ == 0)
            {
                Replace(Ignored, Handler);
            }
        }

        return new PipeSignal();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        lock (Gate)
        {
            if (--_users == 0)
            {
                Replace(Handler, Ignored);
            }
        }
    }

    // Does not replace a handler that other code has installed.
    private static unsafe void Replace(nint expected, nint handler)
    {
        // Larger than struct sigaction of any libc. Its first member is the handler.
        var action = stackalloc nint[64];
        if (LibC.sigaction(SignalNumbers.SigPipe, null, action) == 0 && action[0] == expected)
        {
            _ = LibC.signal(SignalNumbers.SigPipe, handler);
        }
    }

    private static nint FindHandler() =>
        NativeLibrary.TryLoad(LibC.Library, typeof(PipeSignal).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "abs", out var function) ? function : 0;
}

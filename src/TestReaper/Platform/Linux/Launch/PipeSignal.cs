using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// SIGPIPE for the children of Process.Start. The runtime ignores it, and an exec passes on what is ignored; what is handled, the
/// runtime resets to the default in the child (dotnet/runtime, pal_process.c, SystemNative_ForkAndExecProcess).
/// </summary>
/// <remarks>
/// <see cref="PosixSignalRegistration"/> leaves an ignored SIGPIPE as it is. The handler is a function of the C library that does
/// nothing: abs(3) takes an int, as a handler does, and touches no memory. A write of this process fails with EPIPE as before.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class PipeSignal : IDisposable
{
    private const nint Ignored = 1;
    private static readonly object Gate = new();
    private static readonly nint Handler = FindHandler();
    private static int _users;
    private int _isDisposed;

    private PipeSignal()
    {
    }

    /// <summary>Handles the signal, where it is ignored, until the last result is disposed: then it is ignored again.</summary>
    /// <returns>Null if it cannot be handled.</returns>
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

    // What others have set is theirs.
    private static unsafe void Replace(nint expected, nint handler)
    {
        // More than any libc's struct sigaction, whose first member is the handler.
        var action = stackalloc nint[64];
        if (LibC.sigaction(SignalNumbers.Pipe, null, action) == 0 && action[0] == expected)
        {
            _ = LibC.signal(SignalNumbers.Pipe, handler);
        }
    }

    private static nint FindHandler() =>
        NativeLibrary.TryLoad(LibC.Library, typeof(PipeSignal).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "abs", out var function) ? function : 0;
}

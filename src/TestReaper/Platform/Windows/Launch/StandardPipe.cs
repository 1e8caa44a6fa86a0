using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Launch;

/// <summary>A pipe to or from a child: this end works without waiting (overlapped), the other is an ordinary handle.</summary>
/// <remarks>
/// An anonymous pipe has no overlapped end, so it is a named one, with a random name, one instance, and no access from other machines.
/// Neither end is inheritable until <see cref="ShareChildEnd"/>, so that a process which other code starts meanwhile does not hold it open.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class StandardPipe : IDisposable
{
    private const uint Inbound = 1, Outbound = 2, Overlapped = 0x40000000, FirstInstance = 0x80000, RejectRemote = 8;
    private const uint GenericRead = 0x80000000, GenericWrite = 0x40000000, OpenExisting = 3;
    private const uint BufferSize = 64 * 1024;
    private readonly SystemHandle _child;
    private SafePipeHandle? _own;

    private StandardPipe(SafePipeHandle own, SystemHandle child) => (_own, _child) = (own, child);

    public nint ChildEnd => _child.Value;

    /// <summary>Creates a pipe that this process reads, or one that it writes.</summary>
    /// <exception cref="LaunchException">The system refuses it.</exception>
    public static StandardPipe Create(bool isRead)
    {
        var name = $@"\\.\pipe\testreaper-{Guid.NewGuid():N}";
        var mode = (isRead ? Inbound : Outbound) | Overlapped | FirstInstance;
        var own = Kernel32.CreateNamedPipe(name, mode, RejectRemote, 1, BufferSize, BufferSize, 0, 0);
        if (own == -1)
        {
            throw Refused();
        }

        var pipe = new SafePipeHandle(own, ownsHandle: true);
        var child = Kernel32.CreateFile(name, isRead ? GenericWrite : GenericRead, 0, null, OpenExisting, 0, 0);
        if (child == -1)
        {
            var refused = Refused();
            pipe.Dispose();
            throw refused;
        }

        return new StandardPipe(pipe, new SystemHandle(child));
    }

    /// <summary>Lets the next child inherit its end.</summary>
    public void ShareChildEnd() => Share(_child);

    public SafePipeHandle TakeOwnEnd() => Interlocked.Exchange(ref _own, null)!;

    /// <summary>Closes the child's end, and this one if it was not taken.</summary>
    public void Dispose()
    {
        _child.Dispose();
        _own?.Dispose();
    }

    internal static void Share(SystemHandle handle)
    {
        const uint Inherit = 1;
        _ = Kernel32.SetHandleInformation(handle.Value, Inherit, Inherit);
    }

    /// <summary>Opens the device that is always empty, for a child without input.</summary>
    internal static SystemHandle OpenNull()
    {
        var handle = Kernel32.CreateFile("NUL", GenericRead, share: 3, null, OpenExisting, 0, 0);
        return handle == -1 ? throw Refused() : new SystemHandle(handle);
    }

    private static LaunchException Refused() =>
        new($"no pipe could be made for its standard streams: {WinError.Describe(Marshal.GetLastPInvokeError())}.");
}

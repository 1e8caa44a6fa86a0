namespace TestReaper.Platform.Windows.Native;

/// <summary>A kernel handle that this process owns.</summary>
internal sealed class SystemHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal SystemHandle(nint handle)
        : this() => SetHandle(handle);

    internal nint Value => handle;

    protected override bool ReleaseHandle() => Kernel32.CloseHandle(handle);
}

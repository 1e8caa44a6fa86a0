namespace TestReaper.Platform.Windows.Native;

/// <summary>Signatures of advapi32.dll only.</summary>
internal static partial class AdvApi
{
    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool OpenProcessToken(nint process, uint access, out nint token);
}

namespace TestReaper.Platform.Windows.Native;

/// <summary>What the system knows of an open file (FILE_STANDARD_INFO).</summary>
internal static unsafe class FileState
{
    private const int StandardInfo = 1;

    /// <summary>Whether the file still has a name: it was not deleted since it was opened.</summary>
    public static bool HasName(SafeFileHandle file)
    {
        Standard state;
        return Kernel32.GetFileInformationByHandleEx(file, StandardInfo, &state, (uint)sizeof(Standard))
            && state.Links > 0
            && state.DeletePending == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Standard
    {
        public long Allocated, End;
        public uint Links;
        public byte DeletePending, IsDirectory;
    }
}

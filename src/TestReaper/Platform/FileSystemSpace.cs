namespace TestReaper.Platform;

/// <summary>The room of a file system.</summary>
/// <param name="TotalBytes">Its size; 0 for a file system without one.</param>
/// <param name="FreeBytes">What this user may still use.</param>
/// <param name="FreeFiles">How many files can still be created; null for a file system without such a limit.</param>
internal readonly record struct FileSystemSpace(long TotalBytes, long FreeBytes, long? FreeFiles)
{
    public bool IsFull(long least) => TotalBytes > 0 && (FreeBytes < least || FreeFiles == 0);
}

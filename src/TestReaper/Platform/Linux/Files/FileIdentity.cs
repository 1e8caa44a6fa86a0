namespace TestReaper.Platform.Linux.Files;

/// <summary>A file by device and inode. See <see cref="FileStatus.TryIdentify"/>.</summary>
internal readonly record struct FileIdentity(uint Major, uint Minor, ulong Inode)
{
    /// <summary>How many descriptors of this process refer to the file.</summary>
    internal int CountOwnDescriptors()
    {
        var file = this;
        return Directory.EnumerateFiles("/proc/self/fd").Count(descriptor => FileStatus.TryIdentify(descriptor) == file);
    }
}

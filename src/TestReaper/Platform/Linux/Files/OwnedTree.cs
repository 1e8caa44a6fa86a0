using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

// Constraint: another program chose the content. A name is any bytes without a slash and need not be UTF-8 (path_resolution(7),
// https://man7.org/linux/man-pages/man7/path_resolution.7.html), so a string of the runtime may not lead back to the file. A tree may be
// deeper than PATH_MAX, so a path may not lead to its files. It may also be deeper than the stack or RLIMIT_NOFILE allow.
//
// Scheme: the walk has one open directory, the current one. Each call names one entry of it, by its raw bytes (unlinkat(2), openat(2)).
// Entering a directory removes all its files and empty directories, and remembers the names of the others. The walk then enters those,
// one after the other. From an empty directory it opens "..", and removes the directory from there. The stack of remembered names is in
// memory: a walk needs at most three descriptors, at any depth.
//
// Invariants:
// - No symbolic link is followed: unlinkat(2) removes the link itself, and O_NOFOLLOW refuses to enter one.
// - No mount point is entered: the identity of the mount (statx(2), STATX_MNT_ID) is compared, which also sees a bind mount.
// - ".." is compared with the directory that the walk came from, so a directory that was moved elsewhere ends the walk.
// - The rights of a directory are changed through the descriptor that was checked. The owner gets all rights, if any is missing.
// - What vanishes meanwhile counts as removed. What appears meanwhile is removed as well, but only a limited number of times.

/// <summary>Removes a directory with its content, and nothing outside of it.</summary>
internal sealed class OwnedTree
{
    private const int RemoveDirectory = 0x200, MostRetries = 100;
    private const uint OwnerAll = 0x1C0, Rights = 0xFFF; // 0700, 07777
    private static readonly int List = OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.CloseOnExec, Search = List | OpenFlags.PathOnly;
    private readonly Stack<Level> _levels = [];
    private int _current, _retries;

    /// <summary>Returns once the path does not exist. A path that is not a directory is removed as well.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    internal static void Delete(string path)
    {
        var tree = new OwnedTree { _current = LibC.open(Path.GetDirectoryName(path)!, OpenFlags.Directory | OpenFlags.CloseOnExec, 0) };
        if (tree._current >= 0)
        {
            try
            {
                tree.RemoveAll([.. Encoding.UTF8.GetBytes(Path.GetFileName(path)), 0]);
            }
            finally
            {
                _ = LibC.close(tree._current);
            }
        }

        if (FileStatus.TryRead(path, out _) || Marshal.GetLastPInvokeError() != Errno.ENOENT)
        {
            throw new IOException($"it is still there, or cannot be reached ({Marshal.GetLastPInvokeErrorMessage()})");
        }
    }

    private void RemoveAll(byte[] root)
    {
        _levels.Push(new Level([], Read(_current), new Stack<byte[]>([root])));
        while (true)
        {
            if (_levels.Peek().Pending.TryPop(out var name))
            {
                _ = TryRemove(name) || TryEnter(name);
            }
            else if (_levels.Count > 1)
            {
                Leave(_levels.Pop());
            }
            else
            {
                return;
            }
        }
    }

    /// <returns>False for a directory that is not empty.</returns>
    private bool TryRemove(ReadOnlySpan<byte> name)
    {
        var error = Errno.Of(LibC.unlinkat(_current, name, 0));
        error = error == Errno.EISDIR ? Errno.Of(LibC.unlinkat(_current, name, RemoveDirectory)) : error;
        return error is 0 or Errno.ENOENT || (error is Errno.ENOTEMPTY or Errno.EEXIST ? false : throw Failure(name));
    }

    /// <returns>False if it is gone.</returns>
    private bool TryEnter(byte[] name)
    {
        using var found = new Descriptor(LibC.openat(_current, name, Search, 0));
        if (!found.IsOpen)
        {
            return Marshal.GetLastPInvokeError() == Errno.ENOENT ? false : throw Failure(name);
        }

        var status = Read(found.Number);
        if (_levels.Count > 1 && status.Mount != _levels.Peek().Status.Mount)
        {
            throw new IOException($"a file system is mounted on '{Show(name)}'");
        }

        var mode = (uint)status.Mode & Rights;
        if ((mode & OwnerAll) != OwnerAll && LibC.chmod($"/proc/self/fd/{found.Number}", mode | OwnerAll) != 0)
        {
            throw Failure(name);
        }

        // The descriptor of a search cannot list the directory.
        Move(found.Number, ".\0"u8, name);
        var level = new Level(name, status, []);
        _levels.Push(level);
        return DirectoryEntries.Read(_current, (entry, _, _) =>
        {
            if (!entry.SequenceEqual(".\0"u8) && !entry.SequenceEqual("..\0"u8) && !TryRemove(entry))
            {
                level.Pending.Push(entry.ToArray());
            }
        }) ? true : throw Failure(name);
    }

    private void Leave(Level level)
    {
        Move(_current, "..\0"u8, level.Name);
        var parent = _levels.Peek();
        if (Read(_current).Identity != parent.Status.Identity)
        {
            throw new IOException($"'{Show(level.Name)}' was moved meanwhile");
        }

        if (!TryRemove(level.Name))
        {
            parent.Pending.Push(++_retries < MostRetries ? level.Name : throw Failure(level.Name));
        }
    }

    private void Move(int from, ReadOnlySpan<byte> to, ReadOnlySpan<byte> name)
    {
        var directory = LibC.openat(from, to, List, 0);
        _ = directory >= 0 ? LibC.close(_current) : throw Failure(name);
        _current = directory;
    }

    private static FileStatus Read(int directory) => FileStatus.TryRead(directory, out var status) ? status : throw Failure("..\0"u8);

    private static IOException Failure(ReadOnlySpan<byte> name) =>
        new($"'{Show(name)}' cannot be removed: {Marshal.GetLastPInvokeErrorMessage()}");

    // Another program chose the name.
    private static string Show(ReadOnlySpan<byte> name) =>
        string.Concat(Encoding.UTF8.GetString(name[..^1]).Select(static letter => char.IsControl(letter) ? '?' : letter));

    // A directory that was entered, with the directories in it that are left to remove. A name ends with a zero byte.
    private sealed record Level(byte[] Name, FileStatus Status, Stack<byte[]> Pending);
}

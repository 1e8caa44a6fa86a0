namespace TestReaper.Platform.Linux.Launch;

/// <summary>Finds the processes that have a pipe open for writing, by the links and flags in /proc/PID/fd and fdinfo.</summary>
internal static class PipeWriters
{
    private const int AccessMode = 3;

    /// <summary>The target of the link in /proc/PID/fd, which is the same in each process: <c>pipe:[4711]</c>.</summary>
    internal static string? TargetOf(int descriptor) =>
        new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}")).LinkTarget;

    /// <summary>The writers, without the processes that cannot be read: of other users, undumpable, or just exited.</summary>
    internal static IReadOnlyList<int> Find(string target)
    {
        var writers = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, null, out var pid) && IsWriter(directory, target))
            {
                writers.Add(pid);
            }
        }

        return writers;
    }

    /// <summary>Whether the <c>flags:</c> of /proc/PID/fdinfo/FD, an octal number, allow writing.</summary>
    internal static bool AllowsWriting(IEnumerable<string> fdinfo)
    {
        var flags = fdinfo.FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal))?["flags:".Length..].Trim();
        return flags is { Length: > 0 } && (flags[^1] - '0' & AccessMode) != 0;
    }

    private static bool IsWriter(string directory, string target)
    {
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries(directory + "/fd"))
            {
                if (new FileInfo(link).LinkTarget == target
                    && AllowsWriting(File.ReadLines($"{directory}/fdinfo/{Path.GetFileName(link)}")))
                {
                    return true;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It exited, or belongs to another user.
        }

        return false;
    }
}

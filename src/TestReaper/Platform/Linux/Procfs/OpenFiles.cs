using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>The open files of a process, by the links in /proc/PID/fd (proc_pid_fd(5)).</summary>
internal static class OpenFiles
{
    /// <returns>
    /// Each link with its target; null if they cannot be read, by this user or without a free descriptor. A process that has exited has
    /// none.
    /// </returns>
    internal static IReadOnlyList<(string Link, string Target)>? Of(int pid)
    {
        var files = new List<(string, string)>();
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
            {
                if (new FileInfo(link).LinkTarget is { } target)
                {
                    files.Add((link, target));
                }
            }
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException { HResult: Errno.EMFILE or Errno.ENFILE })
        {
            return null;
        }
        catch (IOException)
        {
            // It has exited.
        }

        return files;
    }
}

using System.Globalization;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>
/// The children of each thread (proc_pid_task_children(5)). The kernel lists a child under the thread that forked it, and gives an
/// orphan to the first living thread of the process that adopts it: the main thread, while that lives.
/// </summary>
internal static class ThreadChildren
{
    /// <summary>Whether a thread other than the main one has the child; false where the kernel does not list them.</summary>
    internal static bool IsOfOtherThread(int pid)
    {
        try
        {
            var main = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            return IsMainThreadAlive(main)
                && Directory.EnumerateDirectories("/proc/self/task").Any(task => Path.GetFileName(task) != main && Lists(task, pid));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Of a process whose main thread has ended, another thread adopts.
    private static bool IsMainThreadAlive(string main) =>
        File.ReadLines($"/proc/self/task/{main}/status").FirstOrDefault(static line => line.StartsWith("State:", StringComparison.Ordinal))
            is { } state
        && !state.Contains('Z') && !state.Contains('X');

    private static bool Lists(string task, int pid)
    {
        try
        {
            var text = pid.ToString(CultureInfo.InvariantCulture);
            return File.ReadAllText(Path.Combine(task, "children")).Split(' ').Contains(text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The thread has ended.
            return false;
        }
    }
}

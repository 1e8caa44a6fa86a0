using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The threads of a process, from /proc/PID/task (proc_pid_task(5)).</summary>
/// <remarks>/proc does not list the id of a thread, but has a directory for it: what is read there is of that thread.</remarks>
internal sealed class LinuxThreadTable : IThreadTable
{
    public IReadOnlyList<ThreadEntry> Read(int pid, int limit)
    {
        int[] ids = [.. IdsOf(pid).Order().Take(limit)];

        // These reads wait for the end of an execve. The others never wait.
        var stacks = BoundedReads.ReadEach(ids, "stack", static id => ProcFile.ReadText(id, "stack"u8)?.Trim());
        return
        [
            .. ids.Select((id, i) => ProcFs.TryRead(id, out var entry) != ReadOutcome.Read ? null : new ThreadEntry(
                id,
                ProcFile.ReadText(id, "comm"u8)?.TrimEnd('\n') ?? "",
                entry.State,
                ProcFs.WaitChannel(id),
                stacks.TryGet(i, out var stack) && stack is { Length: > 0 } ? stack : null)).OfType<ThreadEntry>(),
        ];
    }

    private static IEnumerable<int> IdsOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .Select(static path => int.Parse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Finds the processes that have a pipe open for writing, by the links and flags in /proc/PID/fd and fdinfo.</summary>
internal static class PipeWriters
{
    private const int AccessMode = 3;

    /// <summary>The target of the link in /proc/PID/fd, which is the same in each process: <c>pipe:[4711]</c>.</summary>
    internal static string? TargetOf(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;

    /// <summary>The writers, without the processes that cannot be read: of other users, undumpable, or just exited.</summary>
    internal static IReadOnlyList<int> Find(string target) => [.. ProcFs.Pids().Where(pid => IsWriter(pid, target))];

    /// <summary>Whether the <c>flags:</c> of /proc/PID/fdinfo/FD, an octal number, allow writing.</summary>
    private static bool AllowsWriting(IEnumerable<string> fdinfo)
    {
        var flags = fdinfo.FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal))?["flags:".Length..].Trim();
        return flags is { Length: > 0 } && (flags[^1] - '0' & AccessMode) != 0;
    }

    private static bool IsWriter(int pid, string target) => (OpenFiles.Of(pid) ?? []).Any(file => file.Target == target
        && AllowsWriting(KernelText.ReadLines($"/proc/{pid}/fdinfo/{Path.GetFileName(file.Link)}") ?? []));
}

using System.Text;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>What a process executes, and with which arguments (proc_pid_cmdline(5), proc_pid_exe(5)).</summary>
internal static class ProcArguments
{
    private const string Deleted = " (deleted)";

    /// <summary>Empty for a zombie, a kernel thread and what cannot be read.</summary>
    internal static IReadOnlyList<string> Read(int pid)
    {
        if (!BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "cmdline"u8, 64 * 1024), out var text)
            || text is null or [])
        {
            return [];
        }

        // Each argument ends with a NUL; a program that writes its title there leaves a run of them behind it.
        var arguments = Encoding.UTF8.GetString(text).Split('\0');
        var count = arguments.Length;
        while (count > 1 && arguments[count - 1].Length == 0)
        {
            count--;
        }

        return arguments[..count];
    }

    /// <summary>Null where this user may not read it.</summary>
    internal static string? Executable(int pid)
    {
        try
        {
            var target = new FileInfo($"/proc/{pid}/exe").LinkTarget;
            return target is not null && target.EndsWith(Deleted, StringComparison.Ordinal) ? target[..^Deleted.Length] : target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

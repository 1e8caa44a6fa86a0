using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>Describes a process that could not be judged, with what the kernel shows of it.</summary>
internal static class UnjudgedText
{
    /// <summary>"pid 4711 [name]: its command line and environment cannot be read: state D (uninterruptible sleep), wchan x".</summary>
    public static string Describe(ProcessEntry process, IProcessPlatform platform)
    {
        // It may have exited, and its pid may belong to another process.
        if (platform.Processes.TryRead(process.Pid, out var now) != ReadOutcome.Read || now.Identity != process.Identity)
        {
            return $"pid {process.Pid}: it ended before its command line and environment could be read";
        }

        var function = platform.Processes.WaitChannel(process.Pid) is { } channel ? $", wchan {channel}" : "";
        var name = $"pid {process.Pid} {platform.Processes.BracketedName(process.Pid)}";
        return $"{name}: its command line and environment cannot be read: state {ProcessStates.Explain(now)}{function}";
    }
}

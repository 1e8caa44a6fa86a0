using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Recording;

/// <summary>What the kernel shows of one process: state, threads, kernel stacks, devices and ports.</summary>
internal static class ProcessSection
{
    private const int MaxThreads = 512;

    public static void Write(ProcessIdentity identity, IProcessPlatform platform, RecordingFile file)
    {
        var pid = identity.Pid;
        file.WriteTitle($"process {pid}: {file.Mask.CommandLine(platform, pid)}");
        if (platform.Processes.TryRead(pid, out var entry) != ReadOutcome.Read || entry.Identity != identity || entry.IsGone)
        {
            file.Write("It has exited, or cannot be read.");
            return;
        }

        var details = platform.Processes.Describe(pid);
        string?[] facts =
        [
            $"state {ProcessStates.Explain(entry)}",
            $"parent {entry.ParentPid}",
            $"{entry.Threads} threads",
            $"{entry.ResidentPages * Environment.SystemPageSize / 1024 / 1024} MiB resident",
            platform.Processes.WaitChannel(pid) is { } function ? $"waits in {function}" : null,
            details.IsFrozen ? "frozen" : null,
            details.DeviceFiles.Count > 0 ? $"has open {string.Join(", ", details.DeviceFiles)}" : null,
            details.ListeningPorts.Count > 0 ? $"listens on {string.Join(", ", details.ListeningPorts)}" : null,
        ];
        file.Write(string.Join(", ", facts.OfType<string>()));
        WriteThreads(platform.Threads?.Read(pid, MaxThreads) ?? [], entry.Threads, file);
    }

    // Idle threads of a pool have the same stack: it is written once.
    private static void WriteThreads(IReadOnlyList<ThreadEntry> threads, int count, RecordingFile file)
    {
        foreach (var alike in threads.GroupBy(thread => (thread.State, thread.WaitChannel, thread.KernelStack)))
        {
            var (state, function, stack) = alike.Key;
            var names = string.Join(", ", alike.Select(thread => $"{thread.Id} {thread.Name}"));
            file.Write($"{state}{(function is null ? "" : $" in {function}")}: thread {names}", indent: 2);
            if (stack is not null)
            {
                file.Write(stack, indent: 6);
            }
        }

        if (threads.Count < count)
        {
            file.Write($"{count - threads.Count} more threads are left out or could not be read.", indent: 2);
        }
    }
}

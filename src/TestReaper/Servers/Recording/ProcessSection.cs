using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Recording;

/// <summary>What the kernel shows of one process: state, threads, kernel stacks, devices and ports.</summary>
internal static class ProcessSection
{
    private const int MaxThreads = 512;

    /// <param name="identity">The process.</param>
    /// <param name="platform">The operating system.</param>
    /// <param name="file">Receives the text.</param>
    /// <param name="areSecretsKnown">Whether the mask of the file knows its secrets. Otherwise the command line is left out.</param>
    public static void Write(ProcessIdentity identity, IProcessPlatform platform, RecordingFile file, bool areSecretsKnown)
    {
        var pid = identity.Pid;
        var name = areSecretsKnown ? file.Mask.CommandLine(platform, pid) : platform.Processes.BracketedName(pid);
        var details = platform.Processes.Describe(pid);
        var channel = platform.Processes.WaitChannel(pid);
        var threads = platform.Threads?.Read(pid, MaxThreads) ?? [];

        // After the reads: they are of this process only if its pid was not in use again.
        if (!platform.Processes.TryReadLiving(identity, out var entry))
        {
            file.WriteTitle($"process {pid}");
            file.Write("It has exited, or cannot be read.");
            return;
        }

        file.WriteTitle($"process {pid}: {name}");
        string?[] facts =
        [
            $"state {ProcessStates.Explain(entry)}",
            $"parent {entry.ParentPid}",
            $"{entry.Threads} threads",
            $"{entry.ResidentPages * Environment.SystemPageSize / 1024 / 1024} MiB resident",
            channel is not null ? $"waits in {channel}" : null,
            details.IsFrozen ? "frozen" : null,
            details.DeviceFiles.Count > 0 ? $"has open {string.Join(", ", details.DeviceFiles)}" : null,
            details.ListeningPorts.Count > 0 ? $"listens on {string.Join(", ", details.ListeningPorts)}" : null,
        ];
        file.Write(string.Join(", ", facts.OfType<string>()));
        WriteThreads(threads, entry.Threads, file);
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

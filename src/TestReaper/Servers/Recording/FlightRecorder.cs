using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Servers.Recording;

/// <summary>Records what processes do before they are killed: a server that hangs takes the reason with it.</summary>
/// <remarks>
/// <para>
/// Constraint. The processes hang, so each question about them may hang as well: a read in /proc can block on a stuck process, a debugger
/// waits for a thread that never stops, a runtime does not answer, a driver blocks. A recording delays the kill, so it has a limit of its
/// own (<see cref="Limit"/>), which adds to the timeouts of a start, a reap or a leak check. It must not fail any of them.
/// </para>
/// <para>
/// Scheme. A recording runs on a thread of its own, and its caller waits for the limit and no longer. It writes each part to the file at
/// once, so an abandoned recording leaves what it has. First comes what the kernel shows of each process (<see cref="ProcessSection"/>),
/// which takes milliseconds, and which processes use the GPUs. Then come the stacks, from the slowest sources (<see cref="StackSection"/>):
/// py-spy for Python, a minidump by the runtime itself for .NET (<see cref="DotnetDump"/>), eu-stack or gdb for the others. Tools run
/// without a shell (<see cref="ToolRun"/>). Each has a limit, at the end of which it is killed with its descendants.
/// </para>
/// <para>
/// Invariants. (1) No step begins after the deadline (<see cref="RecordingDeadline"/>). (2) Every process is identified by pid and start
/// time in a step about it. (3) A tool belongs to no tree and counts as no leak. (4) A process that ran before a tool attached to it is
/// not left stopped: after each tool it gets SIGCONT. No other signal is sent. (5) All text is masked by the secrets of each
/// recorded process; in a dump their bytes are overwritten, and a dump in which they could not be is deleted. A process whose secrets
/// could not be read gets neither a tool nor a dump. (6) The files are new, and only their owner can read them.
/// </para>
/// <para>
/// Sources: proc_pid_task(5), ptrace(2),
/// https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md.
/// </para>
/// </remarks>
internal static class FlightRecorder
{
    /// <summary>How long a recording may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // For the end of the last step, such as the exit of a killed tool.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Records, within the limit. Never throws.</summary>
    /// <returns>The file; null if this recording did not create it.</returns>
    public static string? Record(RecordingRequest request, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        string? file = null;
        var thread = BackgroundThread.TryStart(
            "TestReaper recorder", () => Run(request, () => Volatile.Write(ref file, request.File), cancellationToken));
        while (thread is not null && Stopwatch.GetElapsedTime(start) < request.Limit && !cancellationToken.IsCancellationRequested
            && !thread.Join(TimeSpan.FromMilliseconds(50)))
        {
            // The next round checks the limit and the token.
        }

        return Volatile.Read(ref file);
    }

    /// <summary>The same without blocking the caller's thread.</summary>
    public static Task<string?> RecordAsync(RecordingRequest request, CancellationToken cancellationToken = default) =>
        StandbyThread.Run(null, "TestReaper recording", () => Record(request, cancellationToken));

    private static void Run(RecordingRequest request, Action onCreated, CancellationToken cancellationToken)
    {
        var deadline = new RecordingDeadline(request.Limit - Durations.Shorter(Margin, request.Limit / 2), cancellationToken);
        try
        {
            using var file = new RecordingFile(request);
            onCreated();
            Write(request, file, deadline);
        }
        catch (Exception)
        {
            // A full disk, or a lack of descriptors or memory: the kill goes on without a recording, or with a part of one.
        }
    }

    private static void Write(RecordingRequest request, RecordingFile file, RecordingDeadline deadline)
    {
        file.Write(request.Reason);
        file.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"Recorded at {TimeProvider.System.GetLocalNow():yyyy-MM-dd HH:mm:ss zzz}, within {request.Limit.TotalSeconds:0.#} s."));
        var known = ReadSecrets(request, file, deadline);
        foreach (var identity in request.Processes)
        {
            if (deadline.IsOver)
            {
                file.Write("The time limit is reached. Further processes are left out.");
                return;
            }

            ProcessSection.Write(identity, request.Platform, file, known.Contains(identity));
        }

        WriteGpus(request.Platform, file, deadline);
        new StackSection(request with { Processes = [.. request.Processes.Where(known.Contains)] }, file, deadline).Write();
    }

    /// <returns>The processes whose secrets are known. A process that is stuck gives no answer, or a late one.</returns>
    private static HashSet<ProcessIdentity> ReadSecrets(RecordingRequest request, RecordingFile file, RecordingDeadline deadline)
    {
        const int MaxReads = 2;
        var known = new HashSet<ProcessIdentity>();
        for (var read = 0; read < MaxReads && known.Count < request.Processes.Count; read++)
        {
            foreach (var identity in request.Processes.Where(identity => !known.Contains(identity)))
            {
                if (deadline.Left >= request.Limit / 2 && ProcessSecrets.TryMaskOf(request.Platform, identity.Pid) is { } mask)
                {
                    file.AddSecrets(mask);
                    known.Add(identity);
                }
            }
        }

        int[] unknown = [.. request.Processes.Where(identity => !known.Contains(identity)).Select(identity => identity.Pid)];
        if (unknown.Length > 0)
        {
            file.Write(
                $"The environment of these processes could not be read in time: {string.Join(", ", unknown)}. " +
                "So their secrets are unknown, and their command lines and stacks are left out.");
        }

        return known;
    }

    private static void WriteGpus(IProcessPlatform platform, RecordingFile file, RecordingDeadline deadline)
    {
        if (!GpuMonitor.Current.HasDriver || deadline.IsOver)
        {
            return;
        }

        file.WriteTitle("GPUs");
        var reading = GpuMonitor.Current.Read(deadline.Left / 4);
        foreach (var device in reading.Devices)
        {
            file.Write($"{GpuText.Name(device)}: {GpuText.Holders(device, reading, platform)}");
        }

        if (GpuText.Join(reading.Faults) is { } faults)
        {
            file.Write(faults);
        }
    }
}

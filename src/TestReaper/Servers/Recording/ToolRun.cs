using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Recording;

/// <summary>What a tool wrote, and how it ended; null while it had to be killed.</summary>
internal sealed record ToolResult(string Output, ExitStatus? Exit);

/// <summary>Runs a tool with a limit, without a shell. It belongs to no tree, and counts as no leak.</summary>
internal static class ToolRun
{
    private const int MaxOutput = 1024 * 1024;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50), ExitLimit = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Inherited = ["PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR"];

    /// <exception cref="LaunchException">It cannot be started.</exception>
    public static ToolResult Run(
        IProcessPlatform platform, string executable, IReadOnlyList<string> arguments, TimeSpan limit, RecordingDeadline deadline)
    {
        var environment = Inherited
            .Select(name => KeyValuePair.Create(name, Environment.GetEnvironmentVariable(name)!))
            .Where(pair => pair.Value is not null)
            .Append(new("LC_ALL", "C.UTF-8"))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var process = platform.Launcher.LaunchHelper(
            new LaunchSpec(executable, arguments, environment, "/", Scope: "", RedirectStandardInput: false));
        try
        {
            LiveTrees.Exclude(process.Identity);
            using var output = process.TakeOutput();
            var text = Read(output, limit, deadline);
            return new ToolResult(text, WaitForExit(process, isAtEnd: output.HasEnded(0) && output.HasEnded(1)));
        }
        finally
        {
            // Kills its group as well, where descendants of it may live.
            process.Kill();
        }
    }

    private static string Read(OutputPipes output, TimeSpan limit, RecordingDeadline deadline)
    {
        var (bytes, buffer) = (new List<byte>(), new byte[16 * 1024]);
        for (var start = Stopwatch.GetTimestamp(); !deadline.IsOver && Stopwatch.GetElapsedTime(start) < limit;)
        {
            output.Wait((int)Slice.TotalMilliseconds);
            for (var pipe = 0; pipe < output.Count; pipe++)
            {
                var count = output.Read(pipe, buffer);
                bytes.AddRange(buffer.AsSpan(0, Math.Min(count, MaxOutput - bytes.Count)));
            }

            if (output.HasEnded(0) && output.HasEnded(1))
            {
                break;
            }
        }

        // A part of a secret at a cut would not be masked.
        var text = Encoding.UTF8.GetString([.. bytes]);
        var isWhole = output.HasEnded(0) && output.HasEnded(1) && bytes.Count < MaxOutput;
        return (isWhole ? text : text[..(text.LastIndexOf('\n') + 1)]).Trim();
    }

    // Its pipes close a moment before it exits.
    private static ExitStatus? WaitForExit(LaunchedProcess process, bool isAtEnd)
    {
        for (var start = Stopwatch.GetTimestamp(); isAtEnd && Stopwatch.GetElapsedTime(start) < ExitLimit;)
        {
            if (process.PeekExit() is { } exit)
            {
                return exit;
            }

            ThreadPause.For(TimeSpan.FromMilliseconds(1));
        }

        return process.PeekExit();
    }
}

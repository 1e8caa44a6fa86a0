using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Recording;

/// <summary>What a tool wrote, and how it ended; null if it had to be killed.</summary>
internal sealed record ToolResult(string Output, ExitStatus? Exit);

/// <summary>Runs a tool with a limit, without a shell. It belongs to no tree, and counts as no leak.</summary>
internal static class ToolRun
{
    private const int MaxOutput = 1024 * 1024;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50), ExitLimit = TimeSpan.FromMilliseconds(500);

    /// <exception cref="LaunchException">It cannot be started.</exception>
    public static ToolResult Run(
        IProcessPlatform platform, string executable, IReadOnlyList<string> arguments, RecordingDeadline deadline)
    {
        var environment = HelperEnvironment.With(("LC_ALL", "C.UTF-8"));
        var process = platform.Launcher.LaunchHelper(
            new LaunchSpec(executable, arguments, environment, "/", Scope: "", RedirectStandardInput: false));
        try
        {
            LiveTrees.Exclude(process.Identity);
            using var output = process.TakeOutput();
            var text = Read(output, deadline);
            return new ToolResult(text, WaitForExit(process, isAtEnd: output.HasEnded(0) && output.HasEnded(1)));
        }
        finally
        {
            // Kills its group as well, where descendants of it may live.
            process.Kill();
        }
    }

    private static string Read(OutputPipes output, RecordingDeadline deadline)
    {
        // One text for each pipe: what a tool writes to the other one in between must not split a secret.
        var texts = Enumerable.Range(0, output.Count).Select(_ => new List<byte>()).ToArray();
        var buffer = new byte[16 * 1024];
        while (!deadline.IsOver)
        {
            output.Wait((int)Slice.TotalMilliseconds);
            for (var pipe = 0; pipe < output.Count; pipe++)
            {
                var count = output.Read(pipe, buffer);
                texts[pipe].AddRange(buffer.AsSpan(0, Math.Min(count, MaxOutput - texts[pipe].Count)));
            }

            if (output.HasEnded(0) && output.HasEnded(1))
            {
                break;
            }
        }

        return string.Join('\n', texts
            .Select((bytes, pipe) => Decode(bytes, isWhole: output.HasEnded(pipe) && bytes.Count < MaxOutput))
            .Where(text => text.Length > 0));
    }

    // A part of a secret at a cut would not be masked.
    private static string Decode(List<byte> bytes, bool isWhole)
    {
        var text = Encoding.UTF8.GetString([.. bytes]);
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

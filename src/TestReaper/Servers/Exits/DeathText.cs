using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.Servers.Exits;

/// <summary>Words the death of a server: the only place that creates a <see cref="ServerExitedException"/>.</summary>
/// <remarks>
/// The full message has these parts, each on lines of its own: how the root ended, the cause, which workers had failed before, the command,
/// where the log and the directories of the server are, and the last output.
/// </remarks>
internal sealed class DeathText(ServerLifetime run, IProcessPlatform platform)
{
    private const int TailLines = 50;

    // Shells and Python launchers report the signal of a child in this way.
    private const int SignalOffset = 128;
    private static readonly string NewLine = Environment.NewLine;

    /// <summary>How the root ended, as a part of a sentence about the server.</summary>
    public string Describe(ServerExit exit) => Describe(exit.ExitCode, exit.Signal);

    /// <summary>The exception with everything that is known.</summary>
    public ServerExitedException Full(ServerExit exit)
    {
        var cause = run.Exits.Cause.Find();
        var tail = Tail();
        IEnumerable<string?> lines =
        [
            $"The server {Describe(exit)}. It had been ready, and was not stopped. It ended at {Time(exit.At)}.",
            cause?.ToString(),
            .. run.Exits.FailedWorkers.Select(worker =>
                $"Before that, its process {worker.ProcessId} {Describe(worker.ExitCode, worker.Signal)} " +
                $"at {Time(worker.At)}: {worker.CommandLine}"),
            "If it may end by itself, set ServerProcessOptions.MayExit.",
            $"Command: {run.Command.CommandLine}",
            run.Output.LogFile is { } log ? $"Log: {log}" : null,
            run.Command.Temp is { } temp ? $"Temporary files: {temp.Path}" : null,
            run.Command.Files is { } files ? $"Files: {files.Path}" : null,
            tail.Length > 0 ? $"Its last output:{NewLine}{tail}" : "It wrote no output.",
        ];
        return Create(string.Join(NewLine, lines.OfType<string>()), exit, cause);
    }

    /// <summary>The exception in one line, for tests after the first that used the dead server.</summary>
    public ServerExitedException Short(ServerExit exit) =>
        Create($"{Line(exit)} An earlier failure has its last output.", exit, run.Exits.Cause.Find());

    /// <summary>One line about the death.</summary>
    public string Line(ServerExit exit) =>
        $"The server {Describe(exit)} at {Time(exit.At)}: {run.Command.CommandLine}" +
        (run.Output.LogFile is { } log ? $" (log: {log})." : ".");

    private string Tail() => string.Join(NewLine, run.Output.Tail.TakeLast(TailLines));

    private static string Time(DateTimeOffset at) => at.ToString("HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private string Describe(int? code, int? signal)
    {
        var status = new ExitStatus(code, signal).ToString();
        return signal is { } own ? Join(status, platform.Control.DescribeSignal(own))
            : code is > SignalOffset and var high && platform.Control.DescribeSignal(high - SignalOffset) is { } meaning
                ? Join(status, $"128 + {high - SignalOffset}: a child of it ended by {meaning}")
            : status;
    }

    private static string Join(string status, string? meaning) => meaning is null ? status : $"{status} ({meaning})";

    private ServerExitedException Create(string message, ServerExit exit, FailureCause? cause) => new(message)
    {
        Cause = cause,
        ProcessId = run.Child.Identity.Pid,
        CommandLine = run.Command.CommandLine,
        ExitCode = exit.ExitCode,
        Signal = exit.Signal,
        OutputTail = Tail(),
        LogFile = run.Output.LogFile,
    };
}

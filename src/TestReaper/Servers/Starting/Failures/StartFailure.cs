using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Servers.Causes;
using TestReaper.Servers.Output;

namespace TestReaper.Servers.Starting.Failures;

/// <summary>Words every failed start of a server: the only place that creates a <see cref="ServerStartException"/>.</summary>
/// <remarks>
/// A message has up to five parts, each on lines of its own: what failed and how to fix it, the cause, the command, where the log, the
/// temporary files and the files of the options are, and the last output of the server.
/// <para>
/// The methods follow the order of a start: before a process exists (<see cref="CannotStart"/>, <see cref="PortTaken"/>), while the server
/// becomes ready (<see cref="NotReady"/>, <see cref="AnsweredByOther"/>), and what came on top of a failure (<see cref="NotReaped"/>).
/// The reason of a launch that was refused is worded where it is found, as a <see cref="LaunchException"/>: in ExecutableFinder,
/// CommandResolver, OwnDirectory, ServerFiles, ServerLog and the platform. <see cref="StartHints"/> adds what an experienced user would
/// check next.
/// </para>
/// </remarks>
internal static class StartFailure
{
    private const int TailLines = 50;
    private const int TooManyFiles = 24; // EMFILE, which the runtime passes on as HResult.
    private static readonly string NewLine = Environment.NewLine;

    /// <summary>No process was started, its launch failed, or the reason of a failed start could not be found out.</summary>
    public static ServerStartException CannotStart(string commandLine, Exception error)
    {
        // The runtime's own exceptions for a refused thread or descriptor have no helpful messages.
        var reason = error switch
        {
            OutOfMemoryException =>
                "the system refused a thread or memory to this process. Its limit of processes may be reached (pids.max, ulimit -u).",
            IOException { HResult: TooManyFiles } or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } =>
                $"{error.Message.TrimEnd('.')}. This process has too many open files. Each port of a PortBlock needs one: " +
                "raise the limit (ulimit -n), or shorten the block.",
            _ => error.Message,
        };
        return new($"The server could not be started: {reason}{NewLine}Command: {commandLine}", commandLine, innerException: error);
    }

    /// <summary>Another process listens on the port that the caller has fixed.</summary>
    public static ServerStartException PortTaken(
        IPEndPoint endpoint, ListenerHolder holder, ResolvedCommand command, IProcessPlatform platform) =>
        new(
            $"Port {endpoint.Port} is taken by {ListenerText.Describe(holder, platform, command.Mask)}. " +
            "Stop it, let the server use an allocated port ({port} in its arguments, and port 0 in Endpoint), " +
            $"or set VerifyListener to false if that is a proxy for it.{NewLine}Command: {command.CommandLine}",
            command.CommandLine)
        {
            Cause = PortCause(endpoint.Port, holder, command, platform),
        };

    /// <summary>The server exited or was not ready in time. Its tree may still be alive.</summary>
    public static ServerStartException NotReady(Exception error, ServerLifetime run, string? hint, IProcessPlatform platform)
    {
        if (error is ServerStartException worded)
        {
            return worded;
        }

        var exit = run.Child.PeekExit();
        var tail = Tail(run.Output);
        var reason = error switch
        {
            NeverReadyException never => $"{Describe("The server", never, run.StartupTimeout)}. " +
                (never.Advice ?? "Raise StartupTimeout if it is only slow."),
            ExitedException when exit is { Code: 0 } =>
                $"The server {exit} before it was ready. If it went into the background, let it run in the foreground: " +
                "a daemon cannot be waited for.",
            ExitedException => $"The server {exit} before it was ready.",
            _ => $"The start failed: {error.Message}",
        };
        var conflict = exit is null ? null : DescribePortConflict(run, platform);
        string?[] sentences = [reason, conflict, hint];
        var cause = CauseFinder.Find(run, platform);
        var message = Compose(string.Join(' ', sentences.Where(sentence => !string.IsNullOrEmpty(sentence))), cause, run, tail, platform);
        IReadOnlyList<IPEndPoint> inTimeWait =
            conflict is null && exit is not null ? BusyPort.Find(run.Ports.BindCandidates, tail, platform) : [];
        return conflict is not null || inTimeWait.Count > 0
            ? new PortConflictException(message, run.Command.CommandLine, exit?.Code, tail) { InTimeWait = inTimeWait, Cause = cause }
            : new ServerStartException(message, run.Command.CommandLine, exit?.Code, tail, run.Command.Mask.Mask(error))
            {
                Cause = cause,
                StacksFile = run.StacksFile,
            };
    }

    /// <summary>The server is ready, as it seems, but a process outside its tree has answered.</summary>
    public static ServerStartException AnsweredByOther(
        EndPoint endpoint, ListenerHolder holder, ServerLifetime run, IProcessPlatform platform)
    {
        var message =
            $"{endpoint} was answered by {ListenerText.Describe(holder, platform, run.Command.Mask)}, " +
            "which this server did not start: a stale server? " +
            "Stop it, use {port} for a port of its own, or set VerifyListener to false if that is a proxy for it." +
            $"{NewLine}Command: {run.Command.CommandLine}";
        var tail = Tail(run.Output);
        var cause = PortCause((endpoint as IPEndPoint)?.Port, holder, run.Command, platform);
        return endpoint is IPEndPoint ip && run.Ports.Leased.Contains(ip.Port)
            ? new PortConflictException(message, run.Command.CommandLine, null, tail) { Cause = cause }
            : new ServerStartException(message, run.Command.CommandLine, null, tail) { Cause = cause };
    }

    /// <summary>The wait for a port in TIME_WAIT took longer than the start may.</summary>
    public static ServerStartException PortStaysBusy(PortConflictException busy) => new(
        $"Port {busy.InTimeWait[0].Port} still has closed connections in TIME_WAIT, which the kernel keeps for a minute, " +
        "and the server does not set SO_REUSEADDR. " +
        $"Let it set that option, raise StartupTimeout, or use an allocated port ({{port}}).{NewLine}{busy.Message}",
        busy.CommandLine, busy.ExitCode, busy.OutputTail, busy)
    {
        Cause = busy.Cause,
    };

    /// <summary>A server that was attached to, not started, was not ready in time.</summary>
    public static ServerStartException NotAttached(NeverReadyException never, ServerProcessOptions options, SecretMask mask)
    {
        var address = mask.Mask($"{options.AttachTo}");
        var reason = mask.Mask(Describe($"The server at {address}", never, options.StartupTimeout));
        return new ServerStartException(
            $"{reason}. {never.Advice ?? "Start it first, correct the address, or do not attach."}", $"(attached to {address})");
    }

    // Created before the reap, which may fail.
    public static OperationCanceledException Cancelled(Exception error, CancellationToken cancellationToken) =>
        new("The start of the server was cancelled.", error, cancellationToken);

    /// <summary>The start failed, and then its tree could not be reaped.</summary>
    public static ServerStartException NotReaped(Exception failure, Exception survivors, string commandLine) => new(
        $"{failure.Message}{NewLine}Then it could not be reaped: {survivors.Message}",
        commandLine,
        (failure as ServerStartException)?.ExitCode,
        (failure as ServerStartException)?.OutputTail ?? "",
        new AggregateException(failure, survivors))
    {
        Cause = (failure as ServerStartException)?.Cause,
        StacksFile = (failure as ServerStartException)?.StacksFile,
    };

    /// <summary>A step of a fixture failed before, during or after the start of its server.</summary>
    public static ServerStartException FixtureStep(
        string fixture, string step, Exception error, ServerOutput? output, SecretMask mask, ServerExitedException? death = null)
    {
        var tail = output is null ? "" : Tail(output);
        var hasTail = tail.Length == 0 || death?.Message.Contains(tail, StringComparison.Ordinal) == true;
        string?[] lines =
        [
            $"{fixture}: {step} failed: {mask.Describe(error)}",
            death == error ? null : death?.Message,
            hasTail ? null : $"Last output of the server:{NewLine}{tail}",
        ];
        return new ServerStartException(
            string.Join(NewLine, lines.OfType<string>()),
            fixture,
            death?.ExitCode,
            tail,
            mask.Mask(error))
        {
            Cause = death?.Cause,
        };
    }

    /// <summary>The start of a fixture failed, and then not everything that it had started could be reaped.</summary>
    public static ServerStartException FixtureNotReaped(ServerStartException failure, IReadOnlyList<Exception> more) => new(
        $"{failure.Message}{NewLine}Then not all could be reaped: {string.Join(NewLine, more.Select(error => error.Message))}",
        failure.CommandLine, failure.ExitCode, failure.OutputTail, new AggregateException([failure, .. more]))
    {
        Cause = failure.Cause,
        StacksFile = failure.StacksFile,
    };

    private static string Describe(string server, NeverReadyException never, TimeSpan timeout) =>
        $"{server} was not ready within {ReapReportText.Seconds(timeout)}: {never.Message}";

    private static string Compose(string reason, FailureCause cause, ServerLifetime run, string tail, IProcessPlatform platform)
    {
        string?[] lines =
        [
            run.Command.Mask.Mask(reason),
            $"{cause}",
            $"Command: {run.Command.CommandLine}",
            run.Output.LogFile is { } log ? $"Log: {log}" : null,
            run.StacksFile is { } stacks ? $"What it did then: {stacks}" : null,
            run.Command.Temp is { } temp ? $"Temporary files: {temp.Path}" : null,
            run.Command.Files is { } files ? $"Files: {files.Path}" : null,
            tail.Length > 0
                ? $"Its last output:{NewLine}{tail}"
                : $"It wrote no output. {StartHints.BufferedOutput(run, platform)}".TrimEnd(),
        ];
        return string.Join(NewLine, lines.OfType<string>());
    }

    private static FailureCause PortCause(int? port, ListenerHolder holder, ResolvedCommand command, IProcessPlatform platform) =>
        CauseFinder.PortHeld(
            $"{(port is null ? "The address" : $"Port {port}")} is held by {ListenerText.Describe(holder, platform, command.Mask)}.");

    private static string Tail(ServerOutput output) => string.Join(NewLine, output.Tail.TakeLast(TailLines));

    // A listener on any address may be what kept the server from its port.
    private static string? DescribePortConflict(ServerLifetime run, IProcessPlatform platform)
    {
        int[] members = [.. run.Tree.Members.Select(member => member.Identity.Pid)];
        foreach (var endpoint in run.Ports.Leased.SelectMany(PortProbe.Everywhere)
            .Where(endpoint => PortProbe.TryBind(endpoint) is not null))
        {
            var holder = platform.Sockets.FindPortHolder(endpoint, listenersOnly: true);
            var isMember = holder.Pid is { } pid && members.Contains(pid);
            if (!isMember && (holder.Kind is ListenerKind.Unrelated or ListenerKind.Unknown))
            {
                return $"Its port {endpoint.Port} was taken meanwhile by {ListenerText.Describe(holder, platform, run.Command.Mask)}.";
            }
        }

        return null;
    }
}

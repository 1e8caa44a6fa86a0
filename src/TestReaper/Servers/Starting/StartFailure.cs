using System.Net;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Servers.Output;

namespace TestReaper.Servers.Starting;

/// <summary>The root ended before the server was ready.</summary>
internal sealed class ExitedException(ExitStatus exit) : Exception
{
    public ExitStatus Exit { get; } = exit;
}

/// <summary>The time was over before a probe succeeded.</summary>
internal sealed class NeverReadyException(string probe, int probes, string? lastAnswer)
    : Exception($"{probe}: not yet after {probes} probes")
{
    public string Describe(TimeSpan timeout) =>
        $"The server was not ready within {ReapReportText.Seconds(timeout)}: {probe} was tried {probes} times" +
        $"{(lastAnswer is null ? "" : $", the last answer was: {lastAnswer}")}. Raise StartupTimeout if it is only slow.";
}

/// <summary>Turns what ended a start into the exception that the user sees.</summary>
internal static class StartFailure
{
    private const int TailLines = 50;

    /// <param name="error">What ended the start.</param>
    /// <param name="run">The server, whose tree may still be alive.</param>
    /// <param name="endpoints">Where it would have listened, as far as that is known.</param>
    /// <param name="hint">What else is worth knowing.</param>
    /// <param name="platform">Knows the sockets.</param>
    public static ServerStartException Of(Exception error, ServerLifetime run, IReadOnlyList<IPEndPoint> endpoints, string? hint,
        IProcessPlatform platform)
    {
        if (error is ServerStartException done)
        {
            return done;
        }

        var exit = (error as ExitedException)?.Exit ?? run.Child.PeekExit();
        var tail = string.Join(Environment.NewLine, run.Output.Tail.TakeLast(TailLines));
        var reason = error switch
        {
            NeverReadyException never => never.Describe(run.StartupTimeout),
            ExitedException { Exit: { Code: 0 } } =>
                $"The server {exit} before it was ready. If it went into the background, let it run in the foreground: " +
                "a daemon cannot be waited for.",
            ExitedException => $"The server {exit} before it was ready.",
            _ => $"The start failed: {error.Message}",
        };
        var lost = exit is null ? null : LostPort(run, platform);
        var message = Compose(string.Join(' ', ((string?[])[reason, lost, hint]).OfType<string>()), run, tail, platform);
        if (lost is null && exit is not null && BusyPort.Find(endpoints, tail, platform) is { Count: > 0 } busy)
        {
            return new PortBusyException(busy, message, run.Command.CommandLine, exit.Value.Code, tail);
        }

        return lost is null
            ? new ServerStartException(message, run.Command.CommandLine, exit?.Code, tail, run.Command.Mask.Mask(error))
            : new PortLostException(message, run.Command.CommandLine, exit?.Code, tail);
    }

    private static string Compose(string reason, ServerLifetime run, string tail, IProcessPlatform platform)
    {
        var lines = new List<string> { run.Command.Mask.Mask(reason), $"Command: {run.Command.CommandLine}" };
        if (run.Output.LogFile is { } log)
        {
            lines.Add($"Log: {log}");
        }

        if (run.Command.Temp is { } temp)
        {
            lines.Add($"Temporary files: {temp.Path}");
        }

        lines.Add(tail.Length > 0
            ? $"Its last output:{Environment.NewLine}{tail}"
            : $"It wrote no output. {StartHints.BufferedOutput(run, platform)}".TrimEnd());
        return string.Join(Environment.NewLine, lines);
    }

    private static string? LostPort(ServerLifetime run, IProcessPlatform platform)
    {
        // A listener on any address may be what kept it from its port.
        int[] pids = [.. run.Tree.Members.Select(member => member.Identity.Pid)];
        foreach (var endpoint in run.Ports.Values.SelectMany(PortProbe.Everywhere)
            .Where(endpoint => PortProbe.TryBind(endpoint) is not null))
        {
            var owner = platform.Sockets.FindPortHolder(endpoint, listenersOnly: true);
            if (owner.Pid is { } pid && pids.Contains(pid))
            {
                continue;
            }

            if (owner.Kind is ListenerKind.Stranger or ListenerKind.Unknown)
            {
                return $"Its port {endpoint.Port} was taken meanwhile by {ListenerText.Describe(owner, platform, run.Command.Mask)}.";
            }
        }

        return null;
    }
}

using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>The root ended before the server was ready.</summary>
internal sealed class ExitedException(ExitStatus exit) : Exception
{
    public ExitStatus Exit { get; } = exit;
}

/// <summary>The time was over before a probe succeeded.</summary>
internal sealed class NeverReadyException(string probe, int probes, string? lastAnswer) : Exception($"{probe}: not yet after {probes} probes")
{
    public string Describe(TimeSpan timeout) =>
        $"The server was not ready within {ReapReportText.Seconds(timeout)}: {probe} was tried {probes} times" +
        $"{(lastAnswer is null ? "" : $", the last answer was: {lastAnswer}")}. Raise StartupTimeout if it is only slow.";
}

/// <summary>Turns what ended a start into the exception that the user sees.</summary>
internal static class StartFailure
{
    private const int TailLines = 50;

    public static ServerStartException Of(Exception error, ServerRun run, IProcessPlatform platform)
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
            ExitedException { Exit: { Code: 0 } } => $"The server {exit} before it was ready. If it went into the background, let it run in the foreground: a daemon cannot be waited for.",
            ExitedException => $"The server {exit} before it was ready.",
            _ => $"The start failed: {error.Message}",
        };
        var lost = exit is null ? null : LostPort(run, platform);
        var message = Compose(lost is null ? reason : $"{reason} {lost}", run, tail);
        return lost is null
            ? new ServerStartException(message, run.Command.CommandLine, exit?.Code, tail, run.Command.Mask.Mask(error))
            : new PortLostException(message, run.Command.CommandLine, exit?.Code, tail);
    }

    private static string Compose(string reason, ServerRun run, string tail)
    {
        var lines = new List<string> { run.Command.Mask.Mask(reason), $"Command: {run.Command.CommandLine}" };
        if (run.Output.LogFile is { } log)
        {
            lines.Add($"Log: {log}");
        }

        lines.Add(tail.Length == 0 ? "It wrote no output." : $"Its last output:{Environment.NewLine}{tail}");
        return string.Join(Environment.NewLine, lines);
    }

    private static string? LostPort(ServerRun run, IProcessPlatform platform)
    {
        int[] pids = [.. run.Tree.Members.Select(member => member.Identity.Pid)];
        foreach (var port in run.Ports.Values.Where(port => !PortProbe.IsFree(port)))
        {
            var owner = platform.FindListener(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port), pids);
            if (owner.Kind is ListenerKind.Stranger or ListenerKind.Unknown)
            {
                return $"Its port {port} was taken meanwhile by {ListenerText.Describe(owner, platform, run.Command.Mask)}.";
            }
        }

        return null;
    }
}

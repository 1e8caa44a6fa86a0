using System.CommandLine;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Watchdog;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper ps</c></summary>
internal static class PsCommand
{
    public static Command Create()
    {
        var command = new Command("ps", "Shows what test hosts of this user have running, each server as a tree, with its host and age.") { Output.Json };
        command.SetAction(result => Show(result.GetValue(Output.Json)));
        return command;
    }

    private static int Show(bool isJson)
    {
        var platform = ProcessPlatform.Current;
        var sweep = new Sweep(platform, Output.Logger);
        var servers = sweep.Read()
            .SelectMany(host => host.Ledger.Servers.Select(server => (host.Ledger.Host, host.IsHostDead, Server: server, Processes: sweep.Survivors(server))))
            .Where(entry => entry.Processes.Count > 0)
            .ToList();
        if (isJson)
        {
            Output.WriteJson(servers.Select(entry => new
            {
                host = entry.Host.Pid,
                hostIsDead = entry.IsHostDead,
                scope = entry.Server.Scope,
                command = entry.Server.CommandLine,
                processes = entry.Processes.Select(process => new { pid = process.Pid, parent = process.ParentPid, ageSeconds = Age(process, platform).TotalSeconds, commandLine = CommandLine(process, platform) }),
            }));
            return ExitCodes.Done;
        }

        foreach (var (host, isDead, server, processes) in servers)
        {
            Output.Heading($"{server.CommandLine}  (host {host.Pid}{(isDead ? ", dead: testreaper sweep" : "")})");
            Output.Line(TreeText.Draw([.. processes.Select(process =>
                new TreeLine(process.Pid, process.ParentPid, CommandLine(process, platform), $"running for {ReapReportText.Seconds(Age(process, platform))}"))]));
        }

        if (servers.Count == 0)
        {
            Output.Line("Nothing is running.");
        }

        return ExitCodes.Done;
    }

    private static string CommandLine(ProcessEntry process, IProcessPlatform platform) => SecretMask.OfThisProcess().Mask(platform.CommandLine(process.Pid));

    private static TimeSpan Age(ProcessEntry process, IProcessPlatform platform) =>
        platform.ToWallClock(process.Identity.StartTime) is { } start ? DateTimeOffset.UtcNow - start : TimeSpan.Zero;
}

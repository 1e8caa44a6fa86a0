using System.CommandLine;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tool.Words;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper sweep</c></summary>
internal static class SweepCommand
{
    private const string Lesson = """
        It looks where the ledgers of this user's test hosts say, and touches only what carries the scope that stands there. What
        testreaper ps shows without a ledger may belong to a host that lives: end it with testreaper kill PID.

        Examples:
          testreaper sweep              after a crash: what dead test hosts left
          testreaper sweep --all        the servers of running tests as well, if you say yes
          testreaper sweep --all --yes  in a script

        Exit codes: 0 nothing is left, 1 something is, or you said no, 2 wrong usage.
        """;

    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Reap the servers of test hosts that are still running, too. Asks first." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new TaughtCommand("sweep", "Reaps what dead test hosts of this user have left.", Lesson) { all, yes, Output.Json };
        command.SetAction((result, _) => RunAsync(result.GetValue(all), result.GetValue(yes), result.GetValue(Output.Json)));
        return command;
    }

    private static async Task<int> RunAsync(bool all, bool yes, bool isJson)
    {
        var sweep = new Sweep(ProcessPlatform.Current, Output.Logger);
        if (all && !yes)
        {
            if (Console.IsInputRedirected)
            {
                return Output.Fail(isJson, "--all kills the servers of running tests. There is no terminal to ask on: add --yes if that is meant.", ExitCodes.Usage);
            }

            var servers = sweep.Read().Where(host => !host.IsHostDead).Sum(host => host.Ledger.Servers.Count(server => sweep.Survivors(server).Count > 0));
            if (servers > 0 && !Question.Ask($"Kill what living test hosts have running, too ({(servers == 1 ? "1 server" : $"{servers} servers")}; testreaper ps shows them)?"))
            {
                return Output.Fail(isJson, "Nothing was killed.", ExitCodes.Left);
            }
        }

        var reports = await sweep.RunAsync(all);
        if (isJson)
        {
            Output.WriteJson(reports.Select(Output.Describe));
        }
        else if (reports.Count == 0)
        {
            Output.Line("Nothing was left.");
        }
        else
        {
            reports.ToList().ForEach(report => Output.Line(report.ToString()));
        }

        return sweep.Read().Any(host => (all || host.IsHostDead) && host.Ledger.Servers.Any(server => sweep.Survivors(server).Count > 0)) ? ExitCodes.Left : ExitCodes.Done;
    }
}

using System.CommandLine;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper sweep</c></summary>
internal static class SweepCommand
{
    private const string Examples = """
        Reads the ledgers of this user's test hosts and reaps only processes that carry a scope from a ledger. A scope that testreaper
        ps shows without a ledger may belong to a running test host: end it with testreaper kill PID.

        Examples:
          testreaper sweep              after a crash: reap what dead test hosts left
          testreaper sweep --all        also reap the servers of running tests, after confirmation
          testreaper sweep --all --yes  the same in a script

        Exit codes: 0 nothing is left, 1 a process is left or you did not confirm, 2 wrong usage.
        """;

    public static Command Create()
    {
        var all = new Option<bool>("--all")
        {
            Description = "Also reap the servers of test hosts that are still running. Asks for confirmation.",
        };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask for confirmation." };
        var command = new CommandWithExamples("sweep", "Reaps what dead test hosts of this user have left.", Examples)
        {
            all, yes, CommandOutput.Json,
        };
        command.SetAction((result, _) => RunAsync(result.GetValue(all), result.GetValue(yes), result.GetValue(CommandOutput.Json)));
        return command;
    }

    private static async Task<int> RunAsync(bool all, bool yes, bool isJson)
    {
        var sweep = new Sweep(ProcessPlatform.Current, CommandOutput.Logger);
        if (all && !yes)
        {
            if (Console.IsInputRedirected)
            {
                return CommandOutput.Fail(
                    isJson,
                    "--all kills the servers of running tests and asks for confirmation, but standard input is not a terminal. "
                    + "Add --yes to confirm.",
                    ExitCodes.UsageError);
            }

            if (!Confirm(CountServers(sweep, host => !host.IsHostDead)))
            {
                return CommandOutput.Fail(isJson, "Nothing was killed.", ExitCodes.Incomplete);
            }
        }

        WriteReports(await sweep.RunAsync(all), isJson);
        return CountServers(sweep, host => all || host.IsHostDead) > 0 ? ExitCodes.Incomplete : ExitCodes.Success;
    }

    private static bool Confirm(int servers)
    {
        var count = servers == 1 ? "1 server" : $"{servers} servers";
        return servers == 0
            || ConfirmationPrompt.Ask($"Also kill the servers of running test hosts ({count}; run testreaper ps to see them)?");
    }

    private static int CountServers(Sweep sweep, Func<(LedgerFile Ledger, bool IsHostDead), bool> isIncluded) => sweep.Read()
        .Where(isIncluded)
        .Sum(host => host.Ledger.Servers.Count(server => sweep.FindLeftovers(server).Count > 0));

    private static void WriteReports(IReadOnlyList<ReapReport> reports, bool isJson)
    {
        if (isJson)
        {
            CommandOutput.WriteJson(reports.Select(CommandOutput.ToJson));
            return;
        }

        if (reports.Count == 0)
        {
            CommandOutput.WriteLine("Nothing was left.");
        }

        foreach (var report in reports)
        {
            CommandOutput.WriteLine(report.ToString());
        }
    }
}

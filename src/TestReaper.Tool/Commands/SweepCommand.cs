using System.CommandLine;
using Spectre.Console;
using TestReaper.Platform;
using TestReaper.Watchdog;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper sweep</c></summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var all = new Option<bool>("--all") { Description = "Reap the servers of test hosts that are still running, too. Asks first." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("sweep", "Reaps what test hosts of this user left that are dead.") { all, yes, Output.Json };
        command.SetAction((result, _) => RunAsync(result.GetValue(all), result.GetValue(yes), result.GetValue(Output.Json)));
        return command;
    }

    private static async Task<int> RunAsync(bool all, bool yes, bool isJson)
    {
        if (all && !yes)
        {
            if (Console.IsInputRedirected)
            {
                Output.Error("--all kills the servers of running tests. There is no terminal to ask on: add --yes if that is meant.");
                return ExitCodes.Usage;
            }

            if (!await AnsiConsole.ConfirmAsync("Kill the servers of running tests, too?", defaultValue: false))
            {
                return ExitCodes.Done;
            }
        }

        var sweep = new Sweep(ProcessPlatform.Current, Output.Logger);
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

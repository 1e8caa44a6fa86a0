using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper run -- COMMAND</c></summary>
internal static class RunCommand
{
    private const int NotStarted = 127;

    public static Command Create()
    {
        var words = new Argument<string[]>("COMMAND") { Description = "The command and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var failOnLeak = new Option<bool>("--fail-on-leak") { Description = "Exit with 1 if something outlived the command and had to be killed." };
        var command = new Command("run", "Runs a command, a whole dotnet test say, and reaps whatever it leaves. The exit code is the command's; 127 if it cannot be started.")
        {
            words, failOnLeak, Output.Json,
        };
        command.SetAction((result, _) => RunAsync(result.GetValue(words)!, result.GetValue(failOnLeak), result.GetValue(Output.Json)));
        return command;
    }

    private static async Task<int> RunAsync(string[] words, bool failOnLeak, bool isJson)
    {
        // Daemons stay below this process then.
        Subreaper.Enable();
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.Zero }, Output.Logger);
        Process process;
        try
        {
            process = reaper.Start(new ProcessStartInfo(words[0], words.Skip(1)));
        }
        catch (Win32Exception error)
        {
            Output.Error($"{words[0]} cannot be started: {error.Message}");
            return NotStarted;
        }

        using (process)
        {
            // The terminal sends Ctrl+C to the command as well: it decides what comes of it. SIGTERM came to this process alone.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                _ = reaper.ReapAsync();
            });
            await process.WaitForExitAsync();
            return await ReapAsync(reaper, process, failOnLeak, isJson);
        }
    }

    private static async Task<int> ReapAsync(ProcessReaper reaper, Process process, bool failOnLeak, bool isJson)
    {
        try
        {
            var report = await reaper.ReapAsync();
            var leaked = report.Processes.Any(left => left.WasKilled && left.ProcessId != process.Id);
            if (isJson)
            {
                Output.WriteJson(new { exitCode = process.ExitCode, leaked, report = Output.Describe(report) });
            }
            else if (leaked)
            {
                Output.Error($"The command left processes behind, which are killed now. {report}");
            }

            return leaked && failOnLeak ? ExitCodes.Left : process.ExitCode;
        }
        catch (ReapTimeoutException left)
        {
            Output.Error(left.Message);
            return ExitCodes.Left;
        }
    }
}

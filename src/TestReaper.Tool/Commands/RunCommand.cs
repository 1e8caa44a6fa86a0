using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Tool.Running;
using TestReaper.Tool.Words;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper run -- COMMAND</c></summary>
internal static class RunCommand
{
    private const int NoSuchFile = 2, PermissionDenied = 13;

    private const string Lesson = """
        Input and output are the command's; with --json its standard output goes to the standard error. Ctrl+C reaches the command as
        usual. SIGTERM, and any signal sent to testreaper alone, is passed on to it; ten seconds later, or at the second one, all of it
        is killed.

        Examples:
          testreaper run -- dotnet test
          testreaper run --fail-on-leak -- ./integration-tests.sh --verbose

        Exit codes: the command's (128 + N if signal N ended it), 1 for a leak with --fail-on-leak or if something cannot be killed
        (build servers are left alone: other builds may use them), 2 wrong usage, 126 the command cannot be executed, 127 there is none.
        """;

    public static Command Create()
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "The command and its arguments, behind --.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var failOnLeak = new Option<bool>("--fail-on-leak")
        {
            Description = "Exit with 1 and a report if something outlived the command and had to be killed.",
        };
        var command = new TaughtCommand("run", "Runs a command, a whole dotnet test say, and reaps whatever it leaves.", Lesson)
        {
            words, failOnLeak, Output.Json,
        };
        command.SetAction(async (result, _) =>
        {
            // Without the dashes, whose is --json in "run ls --json"?
            var isJson = result.GetValue(Output.Json);
            return result.GetValue(words) is [not "", ..] given && result.Tokens.Any(token => token.Type == TokenType.DoubleDash)
                ? await RunAsync(given, result.GetValue(failOnLeak), isJson)
                : Output.Fail(
                    isJson,
                    "Write the command behind --, so that its options are not taken for those of testreaper: testreaper run -- dotnet test",
                    ExitCodes.Usage);
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] words, bool failOnLeak, bool isJson)
    {
        // Daemons stay below this process then.
        Subreaper.EnableAlone();
        EmergencyShutdown.LeavesSignals = true;
        var platform = ProcessPlatform.Current;
        var description = SecretMask.For(words, InheritedEnvironment.Read()).Mask($"testreaper run -- {string.Join(' ', words)}");
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.Zero }, Output.Logger)
        {
            Description = description,

            // A node of MSBuild that this command has started may be building something else by now.
            AlsoSpare = entry => BuildServers.Is(platform.Processes.Arguments(entry.Pid)),
        };
        if (isJson)
        {
            // It is kept for JSON: this process's writer has a descriptor of its own.
            Console.Out.Flush();
            platform.Terminal.SendChildOutputToError();
        }

        Process process;
        try
        {
            process = reaper.Start(new ProcessStartInfo(words[0], words.Skip(1)));
        }
        catch (Win32Exception error)
        {
            return Refuse(words[0], error.NativeErrorCode, isJson);
        }

        // One that is gone already has no start time, and gets no signal.
        var identity = platform.Processes.TryRead(process.Id, out var entry) == ReadOutcome.Read
            ? entry.Identity
            : new ProcessIdentity(process.Id, 0);
        using (process)
        using (var handle = platform.Control.Open(identity))
        using (var signals = new SignalRelay(platform, handle))
        {
            var ended = await EndsAsync(process, signals.End);
            if (ended)
            {
                await NestedWatchdogs.WaitAsync(platform);
            }

            return await ReapAsync(reaper, process, ended, failOnLeak, isJson);
        }
    }

    private static int Refuse(string program, int error, bool isJson) => error switch
    {
        NoSuchFile => Output.Fail(
            isJson,
            $"{program} cannot be started: there is no such program" +
            $"{(program.Contains('/') ? ", or not the interpreter that its first line names" : " in PATH")}.",
            ExitCodes.NotFound),
        PermissionDenied => Output.Fail(
            isJson,
            $"{program} cannot be executed: it is no program, or this user may not run it. A script needs chmod +x.",
            ExitCodes.NotExecutable),
        _ => Output.Fail(isJson, $"{program} cannot be executed: {new Win32Exception(error).Message}.", ExitCodes.NotExecutable),
    };

    private static async Task<bool> EndsAsync(Process process, CancellationToken end)
    {
        try
        {
#pragma warning disable RS0030 // The command's own exit; the reap that follows waits for its tree.
            await process.WaitForExitAsync(end);
#pragma warning restore RS0030
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<int> ReapAsync(ProcessReaper reaper, Process process, bool ended, bool failOnLeak, bool isJson)
    {
        try
        {
            var report = await reaper.ReapAsync();
#pragma warning disable RS0030 // The process is gone; Process has to notice it before it has an exit code.
            await process.WaitForExitAsync();
#pragma warning restore RS0030

            // What was killed together with the command has not outlived it.
            var leaked = ended && report.Processes.Any(left => left.WasKilled && left.ProcessId != process.Id);
            if (isJson)
            {
                Output.WriteJson(new { exitCode = process.ExitCode, leaked, report = Output.Describe(report) });
            }
            else if (leaked)
            {
                Output.Error($"The command left processes behind, which are killed now. {report}");
            }

            if (!isJson && report.Spared.Count > 0)
            {
                var spared = string.Join("; ", report.Spared);
                Output.Error($"Build servers are left alone with all below them, since other builds may use them: {spared}.");
            }

            return leaked && failOnLeak ? ExitCodes.Left : process.ExitCode;
        }
        catch (ReapTimeoutException left)
        {
            return Output.Fail(isJson, left);
        }
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;
using TestReaper.Tool.Running;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper run -- COMMAND</c></summary>
internal static class RunCommand
{
    private const int NoSuchFile = 2, PermissionDenied = 13;

    private const string Examples = """
        The command inherits standard input and output; with --json its standard output goes to standard error. Ctrl+C reaches the
        command as usual. SIGTERM, and any signal sent to testreaper alone, is forwarded to it. Ten seconds later, or at the second
        signal, its whole tree is killed.

        Examples:
          testreaper run -- dotnet test
          testreaper run --fail-on-leak -- ./integration-tests.sh --verbose

        Exit codes: the command's (128 + N if signal N ended it); 1 for a leak with --fail-on-leak, or if a process cannot be killed;
        2 wrong usage; 126 the command cannot be executed; 127 the command does not exist. Build servers are not killed and not counted
        as leaks, because other builds may use them.
        """;

    public static Command Create()
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "The command and its arguments, after --.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var failOnLeak = new Option<bool>("--fail-on-leak")
        {
            Description = "Exit with 1 and a report if a process outlived the command and had to be killed.",
        };
        var command = new CommandWithExamples(
            "run", "Runs a command, such as a whole dotnet test, and reaps whatever it leaves behind.", Examples)
        {
            words, failOnLeak, CommandOutput.Json,
        };
        command.SetAction(async (result, _) =>
        {
            // "--" is required: in "run ls --json" the option could belong to either program.
            var isJson = result.GetValue(CommandOutput.Json);
            return result.GetValue(words) is [not "", ..] given && result.Tokens.Any(token => token.Type == TokenType.DoubleDash)
                ? await RunAsync(given, result.GetValue(failOnLeak), isJson)
                : CommandOutput.Fail(
                    isJson,
                    "Write the command after --, so that its options are not read as options of testreaper: testreaper run -- dotnet test",
                    ExitCodes.UsageError);
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] words, bool failOnLeak, bool isJson)
    {
        // As a subreaper this process becomes the parent of daemons that the command leaves, so that it can find them.
        Subreaper.EnableAlone();
        EmergencyShutdown.LeavesSignals = true;
        var platform = ProcessPlatform.Current;
        var reaper = CreateReaper(words, platform);
        if (isJson)
        {
            // Only JSON may appear on standard output; this process's writer keeps its own descriptor of it.
            Console.Out.Flush();
            platform.Terminal.SendChildOutputToError();
        }

        using var signals = new SignalForwarder(platform);
        Process process;
        try
        {
            process = reaper.Start(new ProcessStartInfo(words[0], words.Skip(1)));
        }
        catch (Win32Exception error)
        {
            return ReportStartFailure(words[0], error.NativeErrorCode, isJson);
        }

        // A command that has already exited has no start time to read; without one its identity never matches, and no signal is sent.
        var identity = platform.Processes.TryRead(process.Id, out var entry) == ReadOutcome.Read
            ? entry.Identity
            : new ProcessIdentity(process.Id, 0);
        using (process)
        using (var handle = platform.Control.Open(identity))
        {
            signals.Attach(handle);
            var exited = await WaitForExitAsync(process, signals.StopWaiting);
            if (exited)
            {
                await NestedWatchdogs.WaitForExitAsync(platform);
            }

            return await ReapAsync(reaper, process, exited, failOnLeak, isJson);
        }
    }

    private static ProcessReaper CreateReaper(string[] words, IProcessPlatform platform) => new(
        new ReapOptions { GracePeriod = TimeSpan.Zero }, CommandOutput.Logger)
    {
        Description = SecretMask.For(words, InheritedEnvironment.Read()).Mask($"testreaper run -- {string.Join(' ', words)}"),

        // An MSBuild node that this command started may be building for another process by now.
        AlsoSpare = entry => BuildServers.Is(platform.Processes.Arguments(entry.Pid)),
    };

    private static int ReportStartFailure(string program, int error, bool isJson) => error switch
    {
        NoSuchFile => CommandOutput.Fail(
            isJson,
            $"{program} cannot be started: " + (program.Contains('/')
                ? "the program, or the interpreter that its first line names, does not exist."
                : "PATH contains no program of this name."),
            ExitCodes.CommandNotFound),
        PermissionDenied => CommandOutput.Fail(
            isJson,
            $"{program} cannot be executed: it is not a program, or this user may not run it. A script needs chmod +x.",
            ExitCodes.CommandNotExecutable),
        _ => CommandOutput.Fail(
            isJson, $"{program} cannot be executed: {new Win32Exception(error).Message}.", ExitCodes.CommandNotExecutable),
    };

    /// <returns>False if the wait was cancelled while the command was running.</returns>
    private static async Task<bool> WaitForExitAsync(Process process, CancellationToken stopWaiting)
    {
        try
        {
#pragma warning disable RS0030 // Waits only for the command; the reap that follows waits for its tree.
            await process.WaitForExitAsync(stopWaiting);
#pragma warning restore RS0030
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<int> ReapAsync(ProcessReaper reaper, Process process, bool exited, bool failOnLeak, bool isJson)
    {
        try
        {
            var report = await reaper.ReapAsync();
#pragma warning disable RS0030 // The process is gone, but Process has no exit code before this wait.
            await process.WaitForExitAsync();
#pragma warning restore RS0030

            // If the command was killed, processes killed together with it have not outlived it.
            var leaked = exited && report.Processes.Any(reaped => reaped.WasKilled && reaped.ProcessId != process.Id);
            if (isJson)
            {
                CommandOutput.WriteJson(new { exitCode = process.ExitCode, leaked, report = CommandOutput.ToJson(report) });
            }
            else
            {
                WriteReport(report, leaked);
            }

            return leaked && failOnLeak ? ExitCodes.Incomplete : process.ExitCode;
        }
        catch (ReapTimeoutException timeout)
        {
            return CommandOutput.Fail(isJson, timeout);
        }
    }

    private static void WriteReport(ReapReport report, bool leaked)
    {
        if (leaked)
        {
            CommandOutput.WriteError($"The command left processes behind, which were killed. {report}");
        }

        if (report.Spared.Count > 0)
        {
            CommandOutput.WriteError(
                "Build servers and their descendants were not killed, because other builds may use them: "
                + $"{string.Join("; ", report.Spared)}.");
        }
    }
}

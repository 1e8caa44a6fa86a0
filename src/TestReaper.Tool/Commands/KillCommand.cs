using System.CommandLine;
using TestReaper.Platform;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper kill PID</c></summary>
internal static class KillCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private const string Examples = """
        The tree is what can be found now by parent, process group and session. A process that has left it with a double fork and
        setsid is not found.

        Examples:
          testreaper kill 4711                 kill at once, and wait until the whole tree is gone
          testreaper kill 4711 --grace 10      give the server 10 s to stop in order first
          testreaper kill 4711 --except 4800   leave its child 4800 alone

        Exit codes: 0 the tree is gone, 1 a process is left, 2 wrong usage or a process that must not be killed.
        """;

    public static Command Create()
    {
        var pid = new Argument<int>("PID")
        {
            Description = "The root of the tree. If it does not exist, the command succeeds.",
            CustomParser = PidParser.ParseOne,
        };
        var grace = new Option<TimeSpan?>("--grace")
        {
            Description = "The time between SIGTERM to the root and SIGKILL to the whole tree. Default: 0, which kills at once.",
            HelpName = "SECONDS",
            CustomParser = SecondsParser.Parse,
        };
        var timeout = new Option<TimeSpan?>("--timeout")
        {
            Description = "The time between SIGKILL and the end of the last process. Default: 60.",
            HelpName = "SECONDS",
            CustomParser = SecondsParser.Parse,
        };
        var except = new Option<int[]>("--except")
        {
            Description = "The processes to leave alone; takes all pids that follow. Their descendants are killed unless listed too.",
            HelpName = "PID ...",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = PidParser.ParseAll,
        };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var text] && text.Value.Trim('0', '.').Length == 0)
            {
                result.AddError(
                    "--timeout 0 is too short: even SIGKILL takes a moment to end a process. Omit the option, or state the longest wait.");
            }
        });
        var command = new CommandWithExamples("kill", "Kills a process and its whole tree, and waits until all of it is gone.", Examples)
        {
            pid, grace, timeout, except, CommandOutput.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(pid) is null or { Tokens.Count: 0 })
            {
                result.AddError(
                    "The PID is missing. Write it first, as in testreaper kill 4711 --except 4800: --except takes all pids that follow.");
            }
        });
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(pid),
            new ReapOptions { GracePeriod = result.GetValue(grace) ?? TimeSpan.Zero, Timeout = result.GetValue(timeout) ?? DefaultTimeout },
            result.GetValue(except) ?? [],
            result.GetValue(CommandOutput.Json),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int pid, ReapOptions options, int[] except, bool isJson, CancellationToken cancellationToken)
    {
        if (IsForbidden(pid))
        {
            return CommandOutput.Fail(
                isJson,
                $"Process {pid} belongs to another user: only that user and root may kill it. Run testreaper as one of them.",
                ExitCodes.Incomplete);
        }

        try
        {
            var report = await ProcessReaper.KillTreeAsync(
                pid, except: except, options: options, logger: CommandOutput.Logger, cancellationToken: cancellationToken);
            if (isJson)
            {
                CommandOutput.WriteJson(CommandOutput.ToJson(report));
            }
            else
            {
                CommandOutput.WriteLine(report.ToString());
            }

            return ExitCodes.Success;
        }
        catch (ReapTimeoutException timeout)
        {
            return CommandOutput.Fail(isJson, timeout);
        }
        catch (ArgumentException invalid)
        {
            // The suffix names the parameter of the method, which means nothing to a user of the command.
            return CommandOutput.Fail(isJson, invalid.Message.Split(" (Parameter '")[0], ExitCodes.UsageError);
        }
    }

    /// <summary>Checks the permission with signal 0. Without this check the error would appear only after the whole timeout.</summary>
    private static bool IsForbidden(int pid)
    {
        var platform = ProcessPlatform.Current;
        if (pid <= 1 || platform.Processes.TryRead(pid, out var root) != ReadOutcome.Read)
        {
            return false;
        }

        using var handle = platform.Control.Open(root.Identity);
        return handle.Signal(0) == SignalOutcome.Denied;
    }
}

using System.CommandLine;
using TestReaper.Platform;
using TestReaper.Tool.Words;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper kill PID</c></summary>
internal static class KillCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private const string Lesson = """
        The tree is what can be found now, by parent, group and session. What has left it with a double fork and setsid is not.

        Examples:
          testreaper kill 4711                 kill at once, and wait until all is gone
          testreaper kill 4711 --grace 10      let the server stop in order first
          testreaper kill 4711 --except 4800   leave its child 4800 alone

        Exit codes: 0 all is gone, 1 something is left, 2 wrong usage, or a process that must not be killed.
        """;

    public static Command Create()
    {
        var pid = new Argument<int>("PID") { Description = "The root of the tree. One that does not exist is a success.", CustomParser = PidText.ParseOne };
        var grace = new Option<TimeSpan?>("--grace") { Description = "Between SIGTERM to the root and SIGKILL to all. Default: 0, which kills at once.", HelpName = "SECONDS", CustomParser = SecondsText.Parse };
        var timeout = new Option<TimeSpan?>("--timeout") { Description = "From SIGKILL until all must be gone. Default: 60.", HelpName = "SECONDS", CustomParser = SecondsText.Parse };
        var except = new Option<int[]>("--except")
        {
            Description = "Processes to leave alone, all that follow; their descendants are not spared by that.",
            HelpName = "PID ...",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = PidText.ParseAll,
        };
        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [var text] && text.Value.Trim('0', '.').Length == 0)
            {
                result.AddError("--timeout 0 could not see the end of anything: even SIGKILL takes a moment. Leave it out, or write the longest you would wait.");
            }
        });
        var command = new TaughtCommand("kill", "Kills a process with its whole tree, and waits until all of it is gone.", Lesson) { pid, grace, timeout, except, Output.Json };
        command.Validators.Add(result =>
        {
            if (result.GetResult(pid) is null or { Tokens.Count: 0 })
            {
                result.AddError("Which process? Write its PID first, testreaper kill 4711: what follows --except are pids to spare.");
            }
        });
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(pid),
            new ReapOptions { GracePeriod = result.GetValue(grace) ?? TimeSpan.Zero, Timeout = result.GetValue(timeout) ?? DefaultTimeout },
            result.GetValue(except) ?? [],
            result.GetValue(Output.Json),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int pid, ReapOptions options, int[] except, bool isJson, CancellationToken cancellationToken)
    {
        if (IsForbidden(pid))
        {
            return Output.Fail(isJson, $"Process {pid} belongs to another user: only that user and root may kill it. Run testreaper as one of them.", ExitCodes.Left);
        }

        try
        {
            var report = await ProcessReaper.KillTreeAsync(pid, except: except, options: options, logger: Output.Logger, cancellationToken: cancellationToken);
            if (isJson)
            {
                Output.WriteJson(Output.Describe(report));
            }
            else
            {
                Output.Line(report.ToString());
            }

            return ExitCodes.Done;
        }
        catch (ReapTimeoutException left)
        {
            return Output.Fail(isJson, left);
        }
        catch (ArgumentException refused)
        {
            // Behind the reason stands the parameter's name, which is for programmers.
            return Output.Fail(isJson, refused.Message.Split(" (Parameter '")[0], ExitCodes.Usage);
        }
    }

    /// <summary>Signal 0 asks only. Without that it would take the whole timeout to find out.</summary>
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

using System.CommandLine;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper kill PID</c></summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var pid = new Argument<int>("PID") { Description = "The root of the tree. One that does not exist is a success." };
        var grace = new Option<double>("--grace") { Description = "Seconds between SIGTERM to the root and SIGKILL to all; 0 kills at once.", DefaultValueFactory = _ => 0 };
        var timeout = new Option<double>("--timeout") { Description = "Seconds from SIGKILL until all must be gone.", DefaultValueFactory = _ => 60 };
        var except = new Option<int[]>("--except") { Description = "Pids to leave alone; their descendants are not spared by that.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var command = new Command("kill", "Kills a process with its whole tree, and waits until all of it is gone.") { pid, grace, timeout, except, Output.Json };
        command.SetAction((result, cancellation) => RunAsync(
            result.GetValue(pid), result.GetValue(grace), result.GetValue(timeout), result.GetValue(except)!, result.GetValue(Output.Json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(int pid, double grace, double timeout, int[] except, bool isJson, CancellationToken cancellationToken)
    {
        try
        {
            var options = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(grace), Timeout = TimeSpan.FromSeconds(timeout) };
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
            Output.Error(left.Message);
            return ExitCodes.Left;
        }
        catch (ArgumentException refused)
        {
            Output.Error(refused.Message);
            return ExitCodes.Usage;
        }
    }
}

using System.CommandLine;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tool.Scopes;
using TestReaper.Tool.Words;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper ps</c></summary>
internal static class PsCommand
{
    private const string Lesson = """
        A scope is one start of a server, or of a command by testreaper run. A scope without a ledger was kept on purpose
        (TESTREAPER_KEEP), or the ledger of its test host is elsewhere (XDG_RUNTIME_DIR) or deleted: end it with testreaper kill PID.

        Examples:
          testreaper ps
          testreaper ps --json | jq '.[].processes[].pid'
        """;

    public static Command Create()
    {
        var command = new TaughtCommand(
            "ps", "Shows what runs under any scope of this user, each as a tree, with its test host and the age of each process.", Lesson)
        {
            Output.Json,
        };
        command.SetAction(result => Show(result.GetValue(Output.Json)));
        return command;
    }

    private static int Show(bool isJson)
    {
        var platform = ProcessPlatform.Current;
        var trees = new Census(platform, new Sweep(platform, Output.Logger)).Take();
        if (isJson)
        {
            Output.WriteJson(trees.Select(tree => new
            {
                host = tree.Owner?.Host,
                hostIsDead = tree.Owner?.IsHostDead,
                scope = tree.Scope,
                within = tree.Within.Select(outer => new { scope = outer.Scope, host = outer.Owner?.Host }),
                command = tree.Owner?.Server.CommandLine,
                gpu = tree.Owner?.Server.Gpu,
                processes = CommandLines(tree, platform).Select(drawn => new
                {
                    pid = drawn.Process.Pid,
                    parent = drawn.Process.ParentPid,
                    ageSeconds = Math.Round(Age(drawn.Process, platform).TotalSeconds, 2),
                    commandLine = drawn.CommandLine,
                }),
            }));
            return ExitCodes.Done;
        }

        foreach (var tree in trees)
        {
            Output.Heading(ScopeText.Heading(tree));
            Output.Line(TreeText.Draw([.. CommandLines(tree, platform).Select(drawn =>
                new TreeLine(
                    drawn.Process.Pid,
                    drawn.Process.ParentPid,
                    drawn.CommandLine,
                    $"running for {AgeText.Draw(Age(drawn.Process, platform))}"))]));
        }

        if (trees.Count == 0)
        {
            Output.Line("Nothing is running.");
        }

        return ExitCodes.Done;
    }

    // One mask a tree: a secret that the root has in its environment may be an argument of a worker with an environment of its own.
    private static IEnumerable<(ProcessEntry Process, string CommandLine)> CommandLines(ScopeTree tree, IProcessPlatform platform)
    {
        var mask = ProcessSecrets.MaskOf(platform, tree.Processes.Select(process => process.Pid));
        return tree.Processes.Select(process => (process, mask.CommandLine(platform, process.Pid)));
    }

    // By one clock: that of the wall may have been set since.
    private static TimeSpan Age(ProcessEntry process, IProcessPlatform platform) =>
        platform.Processes.ToWallClock(platform.Processes.CurrentTime) - platform.Processes.ToWallClock(process.Identity.StartTime) is { Ticks: > 0 } age
            ? age
            : TimeSpan.Zero;
}

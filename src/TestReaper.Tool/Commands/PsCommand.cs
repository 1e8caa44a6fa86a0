using System.CommandLine;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;
using TestReaper.Tool.Scopes;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper ps</c></summary>
internal static class PsCommand
{
    private const string Examples = """
        A scope is one start of a server, or one command started by testreaper run. A scope without a ledger was kept on purpose
        (TESTREAPER_KEEP), or the ledger of its test host was deleted or is in another XDG_RUNTIME_DIR: end it with testreaper kill PID.

        Examples:
          testreaper ps
          testreaper ps --json | jq '.[].processes[].pid'
        """;

    public static Command Create()
    {
        var command = new CommandWithExamples(
            "ps", "Shows the processes of each scope of this user as a tree, with the test host and the age of each process.", Examples)
        {
            CommandOutput.Json,
        };
        command.SetAction(result => Run(result.GetValue(CommandOutput.Json)));
        return command;
    }

    private static int Run(bool isJson)
    {
        var platform = ProcessPlatform.Current;
        var trees = new ScopeScanner(platform, new Sweep(platform, CommandOutput.Logger)).Scan();
        if (isJson)
        {
            CommandOutput.WriteJson(trees.Select(tree => ToJson(tree, platform)));
        }
        else
        {
            WriteTrees(trees, platform);
        }

        return ExitCodes.Success;
    }

    private static object ToJson(ScopeTree tree, IProcessPlatform platform) => new
    {
        host = tree.Entry?.HostPid,
        hostIsDead = tree.Entry?.IsHostDead,
        scope = tree.Scope,
        within = tree.OuterScopes.Select(outer => new { scope = outer.Scope, host = outer.Entry?.HostPid }),
        command = tree.Entry?.Server.CommandLine,
        gpu = tree.Entry?.Server.Gpu,
        processes = ReadCommandLines(tree, platform).Select(read => new
        {
            pid = read.Process.Pid,
            parent = read.Process.ParentPid,
            ageSeconds = Math.Round(GetAge(read.Process, platform).TotalSeconds, 2),
            commandLine = read.CommandLine,
        }),
    };

    private static void WriteTrees(IReadOnlyList<ScopeTree> trees, IProcessPlatform platform)
    {
        foreach (var tree in trees)
        {
            TreeLine[] lines = [.. ReadCommandLines(tree, platform).Select(read => new TreeLine(
                read.Process.Pid,
                read.Process.ParentPid,
                read.CommandLine,
                $"running for {AgeText.Format(GetAge(read.Process, platform))}"))];
            ProcessTreeWriter.Write(ScopeText.FormatHeading(tree), isWarning: tree.Entry is { IsHostDead: true }, lines);
        }

        if (trees.Count == 0)
        {
            CommandOutput.WriteLine("Nothing is running.");
        }
    }

    // One mask for the whole tree: a secret in the environment of the root may be an argument of a worker with another environment.
    private static IEnumerable<(ProcessEntry Process, string CommandLine)> ReadCommandLines(ScopeTree tree, IProcessPlatform platform)
    {
        var mask = ProcessSecrets.MaskOf(platform, tree.Processes.Select(process => process.Pid));
        return tree.Processes.Select(process => (process, mask.CommandLine(platform, process.Pid)));
    }

    // Both times come from the clock of the processes: the wall clock may have been set since the start.
    private static TimeSpan GetAge(ProcessEntry process, IProcessPlatform platform) =>
        platform.Processes.ToWallClock(platform.Processes.CurrentTime) - platform.Processes.ToWallClock(process.Identity.StartTime)
            is { Ticks: > 0 } age
            ? age
            : TimeSpan.Zero;
}

using System.CommandLine;
using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Tool.Doctor;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private const string Examples = """
        Run it as the user and in the container of the tests. Each row is ok, limited (a reap is complete, but slower, or covers fewer
        servers) or missing (a reap may be incomplete, or cannot confirm its result), with the cost in a sentence and the remedy. It
        starts a shell as a server is started, in a cgroup that it removes, and creates the state directory, as each test host does.

        Examples:
          testreaper doctor
          testreaper doctor --json | jq '.rows[] | select(.state == "missing")'

        Exit codes: 0 nothing is missing; 3 something is missing.
        """;

    public static Command Create()
    {
        var timeout = new Option<TimeSpan?>("--timeout")
        {
            Description = "The time that GPU drivers have for an answer. The first user of an idle GPU waits seconds for it. Default: 30.",
            HelpName = "SECONDS",
            CustomParser = SecondsParser.Parse,
        };
        var command = new CommandWithExamples(
            "doctor", "Shows what this machine offers to TestReaper, and what is lost where something is missing.", Examples)
        {
            timeout, CommandOutput.Json,
        };
        command.SetAction(result => Run(result.GetValue(timeout) ?? DefaultTimeout, result.GetValue(CommandOutput.Json)));
        return command;
    }

    private static int Run(TimeSpan limit, bool isJson)
    {
        var rows = Examination.Run(ProcessPlatform.Current, GpuRoots.OfThisProcess, limit);
        if (isJson)
        {
            CommandOutput.WriteJson(new
            {
                rows = rows.Select(row => new { row.Name, state = DoctorTable.StateOf(row), row.Finding, row.Cost, row.Remedy }),
                missing = rows.Count(row => row.State == RowState.Missing),
                limited = rows.Count(row => row.State == RowState.Limited),
            });
        }
        else
        {
            DoctorTable.Lines(rows).ToList().ForEach(CommandOutput.WriteLine);
        }

        return rows.Any(row => row.State == RowState.Missing) ? ExitCodes.SystemError : ExitCodes.Success;
    }
}

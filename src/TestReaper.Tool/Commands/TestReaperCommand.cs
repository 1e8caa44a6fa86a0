using System.CommandLine;
using System.CommandLine.Help;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper</c>, the parent of all commands. Not a RootCommand, whose name is always that of its assembly.</summary>
internal static class TestReaperCommand
{
    private const string Examples = """
        Exit codes:
          0    success
          1    a process is left, or leaked (run --fail-on-leak)
          2    wrong usage; nothing was done
          3    the system refused an operation that testreaper needs, a GPU cannot be read, or doctor misses something
          run  exits with the code of its command, or 126 or 127 if the command cannot be started
        """;

    public static Command Create() => new CommandWithExamples("testreaper", "Shows and reaps the process trees of test servers.", Examples)
    {
        PsCommand.Create(),
        SweepCommand.Create(),
        KillCommand.Create(),
        RunCommand.Create(),
        GpuCommand.Create(),
        DoctorCommand.Create(),
        new HelpOption { Action = new HelpWithExamples(new HelpAction()) },
        new VersionOption(),
    };

    /// <summary>Reports the parse errors and refers to the help of the command.</summary>
    /// <returns>The exit code.</returns>
    public static int ReportParseErrors(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var errors = parsed.Errors.Select(error => error.Message).Distinct();
        var hint = command is { Parents: var parents } && parents.Any()
            ? $"Run testreaper {command.Name} --help for usage."
            : $"The commands are {string.Join(", ", command.Subcommands.Select(one => one.Name))}. Run testreaper --help for usage.";
        return CommandOutput.Fail(
            CommandOutput.IsJson(parsed), string.Join(Environment.NewLine, [.. errors, hint]), ExitCodes.UsageError);
    }
}

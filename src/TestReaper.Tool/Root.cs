using System.CommandLine;
using System.CommandLine.Help;
using TestReaper.Tool.Commands;
using TestReaper.Tool.Words;

namespace TestReaper.Tool;

/// <summary><c>testreaper</c> itself. No RootCommand: that one is called after its assembly.</summary>
internal static class Root
{
    private const string Lesson = """
        Exit codes:
          0    done
          1    something is left, or was leaked (run --fail-on-leak)
          2    wrong usage, nothing was done
          3    the system refused what testreaper needs
          run  has those of its command, 126 and 127 if it cannot be started
        """;

    public static Command Create() => new TaughtCommand("testreaper", "Shows and reaps the process trees of test servers.", Lesson)
    {
        PsCommand.Create(),
        SweepCommand.Create(),
        KillCommand.Create(),
        RunCommand.Create(),
        new HelpOption { Action = new TaughtHelp(new HelpAction()) },
        new VersionOption(),
    };

    public static int Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var errors = parsed.Errors.Select(error => error.Message).Distinct();
        var hint = command is { Parents: var parents } && parents.Any()
            ? $"testreaper {command.Name} --help tells more."
            : $"The commands are {string.Join(", ", command.Subcommands.Select(one => one.Name))}. testreaper --help tells more.";
        return Output.Fail(Output.IsJson(parsed), string.Join(Environment.NewLine, [.. errors, hint]), ExitCodes.Usage);
    }
}

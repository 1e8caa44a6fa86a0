using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TestReaper.Tool.Words;

/// <summary>The usual help, and the command's lesson below it.</summary>
internal sealed class TaughtHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is TaughtCommand command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Lesson);
        }

        return exitCode;
    }
}

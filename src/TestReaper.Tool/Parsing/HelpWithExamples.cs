using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace TestReaper.Tool.Parsing;

/// <summary>Prints the standard help, then the examples of a <see cref="CommandWithExamples"/>.</summary>
internal sealed class HelpWithExamples(HelpAction standardHelp) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = standardHelp.Invoke(parseResult);
        if (parseResult.CommandResult.Command is CommandWithExamples command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Examples);
        }

        return exitCode;
    }
}

using System.CommandLine;

namespace TestReaper.Tool.Parsing;

/// <summary>A command with examples, exit codes and notes, which <see cref="HelpWithExamples"/> prints below the options.</summary>
internal sealed class CommandWithExamples(string name, string description, string examples) : Command(name, description)
{
    public string Examples { get; } = examples;
}

using System.CommandLine;

namespace TestReaper.Tool.Words;

/// <summary>A command with a lesson for its help: examples, exit codes.</summary>
internal sealed class TaughtCommand(string name, string description, string lesson) : Command(name, description)
{
    public string Lesson { get; } = lesson;
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Joins the command lines of a type from the statements that each set a part of one. The parts come in source order.</summary>
internal sealed class StartedCommands
{
    private readonly List<Part> _parts = [];

    /// <summary>Adds the beginning of a command line. Later parts with the same variable belong to it.</summary>
    public void Begin(SyntaxNode syntax, ISymbol? variable, string? file, IEnumerable<string> arguments) =>
        _parts.Add(new Part(syntax, variable, isBegin: true, file, [.. arguments]));

    public void Continue(SyntaxNode syntax, ISymbol variable, string? file, IEnumerable<string> arguments) =>
        _parts.Add(new Part(syntax, variable, isBegin: false, file, [.. arguments]));

    public List<StartedCommand> Join()
    {
        var commands = new List<StartedCommand>();
        var byVariable = _parts.Where(part => part.Variable is not null)
            .GroupBy(part => part.Variable!, SymbolEqualityComparer.Default);
        foreach (var parts in byVariable)
        {
            Join(parts, commands);
        }

        foreach (var part in _parts.Where(part => part.Variable is null))
        {
            Join([part], commands);
        }

        return commands;
    }

    private static void Join(IEnumerable<Part> parts, List<StartedCommand> commands)
    {
        SyntaxNode? first = null;
        string? file = null;
        List<string> arguments = [];
        foreach (var part in parts)
        {
            if (part.IsBegin)
            {
                Add();
                (first, file, arguments) = (null, null, []);
            }

            first ??= part.Syntax;
            file = part.File ?? file;
            arguments.AddRange(part.Arguments);
        }

        Add();

        void Add()
        {
            if (file is not null)
            {
                commands.Add(new StartedCommand(first!, file, arguments));
            }
        }
    }

    private sealed class Part(SyntaxNode syntax, ISymbol? variable, bool isBegin, string? file, List<string> arguments)
    {
        public SyntaxNode Syntax => syntax;

        public ISymbol? Variable => variable;

        public bool IsBegin => isBegin;

        public string? File => file;

        public List<string> Arguments => arguments;
    }
}

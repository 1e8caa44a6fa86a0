using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Joins the command lines of a type from the statements that each set a part of one.</summary>
internal sealed class StartedCommands
{
    private readonly ConcurrentBag<Part> _parts = [];

    /// <summary>Adds the beginning of a command line. Later parts with the same variable belong to it.</summary>
    public void Begin(SyntaxNode syntax, ISymbol? variable, string? file, IEnumerable<string> arguments) =>
        _parts.Add(new Part(syntax, variable, isBegin: true, file, [.. arguments]));

    public void Continue(SyntaxNode syntax, ISymbol variable, string? file, IEnumerable<string> arguments) =>
        _parts.Add(new Part(syntax, variable, isBegin: false, file, [.. arguments]));

    public IEnumerable<(SyntaxNode Syntax, string File, IReadOnlyList<string> Arguments)> Join()
    {
        foreach (var part in _parts.Where(part => part.Variable is null && part.File is not null))
        {
            yield return (part.Syntax, part.File!, part.Arguments);
        }

        var commands = _parts.Where(part => part.Variable is not null)
            .GroupBy(part => part.Variable!, SymbolEqualityComparer.Default)
            .SelectMany(Join);
        foreach (var command in commands)
        {
            yield return command;
        }
    }

    private static IEnumerable<(SyntaxNode Syntax, string File, IReadOnlyList<string> Arguments)> Join(IEnumerable<Part> parts)
    {
        SyntaxNode? first = null;
        string? file = null;
        List<string> arguments = [];
        var ordered = parts.OrderBy(part => part.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(part => part.Syntax.SpanStart);
        foreach (var part in ordered)
        {
            if (part.IsBegin && first is not null)
            {
                if (file is not null)
                {
                    yield return (first, file, arguments);
                }

                (first, file, arguments) = (null, null, []);
            }

            first ??= part.Syntax;
            file = part.File ?? file;
            arguments.AddRange(part.Arguments);
        }

        if (file is not null)
        {
            yield return (first!, file, arguments);
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

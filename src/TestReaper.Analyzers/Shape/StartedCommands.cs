using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>The command lines of a type, put together from the places that say a part of them.</summary>
internal sealed class StartedCommands
{
    private readonly ConcurrentBag<Part> _parts = [];

    /// <summary>A command line that begins here. What is said of the same variable further down belongs to it.</summary>
    public void Begin(SyntaxNode at, ISymbol? variable, string? file, IEnumerable<string> arguments) => _parts.Add(new Part(at, variable, isBegin: true, file, [.. arguments]));

    public void Continue(SyntaxNode at, ISymbol variable, string? file, IEnumerable<string> arguments) => _parts.Add(new Part(at, variable, isBegin: false, file, [.. arguments]));

    public IEnumerable<(SyntaxNode At, string File, IReadOnlyList<string> Arguments)> Whole()
    {
        foreach (var part in _parts.Where(part => part.Variable is null && part.File is not null))
        {
            yield return (part.At, part.File!, part.Arguments);
        }

        foreach (var group in _parts.Where(part => part.Variable is not null).GroupBy(part => part.Variable!, SymbolEqualityComparer.Default))
        {
            SyntaxNode? at = null;
            string? file = null;
            List<string> arguments = [];
            foreach (var part in group.OrderBy(part => part.At.SyntaxTree.FilePath, System.StringComparer.Ordinal).ThenBy(part => part.At.SpanStart))
            {
                if (part.IsBegin && at is not null)
                {
                    if (file is not null)
                    {
                        yield return (at, file, arguments);
                    }

                    (at, file, arguments) = (null, null, []);
                }

                at ??= part.At;
                file = part.File ?? file;
                arguments.AddRange(part.Arguments);
            }

            if (file is not null)
            {
                yield return (at!, file, arguments);
            }
        }
    }

    /// <summary>The words of an argument that is a command line or a list of words.</summary>
    public static IEnumerable<string> Words(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellation) =>
        ConstantText.Elements(expression) is { } elements
            ? elements.Select(element => ConstantText.Of(element, model, cancellation))
            : CommandLine.Split(ConstantText.Of(expression, model, cancellation));

    private sealed class Part(SyntaxNode at, ISymbol? variable, bool isBegin, string? file, List<string> arguments)
    {
        public SyntaxNode At => at;

        public ISymbol? Variable => variable;

        public bool IsBegin => isBegin;

        public string? File => file;

        public List<string> Arguments => arguments;
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// The words without which no code comes to a process of ours. A type whose text holds none of them is not looked at, which is what
/// keeps the rules cheap: to read its text costs a hundredth of what its meaning costs. A word too many does no harm.
/// </summary>
internal sealed class Vocabulary(Compilation compilation)
{
    private const string Root = "Process";
    private static readonly string[] Words = [Root, "StartInfo", "Kill"];

    private readonly Lazy<HashSet<int>> _names = new(() => Names(compilation));

    /// <summary>Whether the type's code may come to a process.</summary>
    public bool IsSpoken(INamedTypeSymbol type, FlowOptions options) => type.DeclaringSyntaxReferences.Any(part => IsSpoken(TextOf(part.SyntaxTree), part.Span, options));

    private bool IsSpoken(string text, TextSpan span, FlowOptions options) =>
        Words.Concat(options.StartMethods).Any(word => text.IndexOf(word, span.Start, span.Length, StringComparison.Ordinal) >= 0)
        || _names.Value.Count > 0 && IdentifierHash.AnyIn(text, span, _names.Value);

    // Members whose type says Process, types that derive from it, and aliases of it: by these other files reach one without the word.
    private static HashSet<int> Names(Compilation compilation)
    {
        var names = new HashSet<int>();
        var known = new HashSet<string>();
        var next = new HashSet<string> { Root };
        while (next.Count > 0)
        {
            known.UnionWith(next);
            var hashes = new HashSet<int>(next.Select(IdentifierHash.Of));
            var found = new HashSet<string>();
            foreach (var file in compilation.SyntaxTrees)
            {
                var text = TextOf(file);
                if (IdentifierHash.AnyIn(text, new TextSpan(0, text.Length), hashes))
                {
                    foreach (var (name, isType) in DeclaredNames.Of(next, (CompilationUnitSyntax)file.GetRoot()))
                    {
                        names.Add(IdentifierHash.Of(name));
                        if (isType)
                        {
                            found.Add(name);
                        }
                    }
                }
            }

            found.ExceptWith(known);
            next = found;
        }

        return names;
    }

    private static string TextOf(SyntaxTree file) => file.GetText().ToString();
}

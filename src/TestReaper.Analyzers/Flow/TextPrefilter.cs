using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// Excludes types whose source text cannot contain a process, before anything is bound. Searching a text costs about a hundredth of
/// binding it, so a project pays only for its few types with processes. A false positive costs time and changes no result.
/// </summary>
internal sealed class TextPrefilter(Compilation compilation)
{
    private const string Root = "Process";
    private static readonly string[] Words = [Root, "StartInfo", "Kill"];

    private readonly Lazy<HashSet<int>> _names = new(() => FindNames(compilation));

    /// <summary>Whether the code of the type may hold a process.</summary>
    public bool MayMatch(INamedTypeSymbol type, FlowOptions options) =>
        type.DeclaringSyntaxReferences.Any(part => MayMatch(ReadText(part.SyntaxTree), part.Span, options));

    private bool MayMatch(string text, TextSpan span, FlowOptions options) =>
        Words.Concat(options.StartMethods).Any(word => text.IndexOf(word, span.Start, span.Length, StringComparison.Ordinal) >= 0)
        || (_names.Value.Count > 0 && IdentifierHash.IsAnyIn(text, span, _names.Value));

    // The names by which other files can reach a process without writing "Process": members of that type, derived types, aliases.
    // A derived type or an alias adds a name to search for, so the search repeats until it finds no new one.
    private static HashSet<int> FindNames(Compilation compilation)
    {
        var names = new HashSet<int>();
        var searched = new HashSet<string>();
        var next = new HashSet<string> { Root };
        while (next.Count > 0)
        {
            searched.UnionWith(next);
            var hashes = new HashSet<int>(next.Select(IdentifierHash.Compute));
            var found = new HashSet<string>();
            foreach (var file in compilation.SyntaxTrees)
            {
                var text = ReadText(file);
                if (IdentifierHash.IsAnyIn(text, new TextSpan(0, text.Length), hashes))
                {
                    foreach (var (name, isType) in ProcessNames.Find(next, (CompilationUnitSyntax)file.GetRoot()))
                    {
                        names.Add(IdentifierHash.Compute(name));
                        if (isType)
                        {
                            found.Add(name);
                        }
                    }
                }
            }

            found.ExceptWith(searched);
            next = found;
        }

        return names;
    }

    private static string ReadText(SyntaxTree file) => file.GetText().ToString();
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// Excludes types whose source text cannot mention one of the words, or a name that stands for the first word, before anything is bound.
/// Searching a text costs about a hundredth of binding it, so a project pays only for the few types that matter. A false positive costs
/// time and changes no result.
/// </summary>
internal sealed class TextPrefilter(Compilation compilation, params string[] words)
{
    private readonly ConcurrentDictionary<SyntaxTree, string?> _texts = new();
    private readonly Lazy<HashSet<int>> _names = new(() => FindNames(compilation, words));

    /// <summary>Whether the code of the type may mention one of the words, or one of <paramref name="others"/>.</summary>
    public bool MayMatch(INamedTypeSymbol type, ICollection<string>? others = null)
    {
        if (others is not { Count: > 0 })
        {
            return type.DeclaringSyntaxReferences.Any(part =>
                FindText(part.SyntaxTree) is { } text && IdentifierHash.IsAnyIn(text, part.Span, _names.Value));
        }

        HashSet<int> names = [.. _names.Value, .. IdentifierHash.ComputeAll(others)];
        return type.DeclaringSyntaxReferences.Any(part => IdentifierHash.IsAnyIn(ReadText(part.SyntaxTree), part.Span, names));
    }

    // The text of the file. Null if no type in it can match.
    private string? FindText(SyntaxTree file) => _texts.GetOrAdd(file, known =>
    {
        var text = ReadText(known);
        return IdentifierHash.IsAnyIn(text, new TextSpan(0, text.Length), _names.Value) ? text : null;
    });

    // The words, and the names by which other files can reach the first one: members of that type, derived types, aliases. A derived type
    // or an alias adds a name to search for, so the search repeats until it finds no new one.
    private static HashSet<int> FindNames(Compilation compilation, string[] words)
    {
        var names = IdentifierHash.ComputeAll(words);
        var searched = new HashSet<string>();
        var next = new HashSet<string> { words[0] };
        while (next.Count > 0)
        {
            searched.UnionWith(next);
            var hashes = IdentifierHash.ComputeAll(next);
            var found = new ProcessNames(next);
            foreach (var file in compilation.SyntaxTrees)
            {
                var text = ReadText(file);
                if (next.Any(word => text.IndexOf(word, StringComparison.Ordinal) >= 0)
                    && IdentifierHash.IsAnyIn(text, new TextSpan(0, text.Length), hashes))
                {
                    found.AddFrom((CompilationUnitSyntax)file.GetRoot());
                }
            }

            names.UnionWith(IdentifierHash.ComputeAll(found.Members));
            names.UnionWith(IdentifierHash.ComputeAll(found.Types));
            found.Types.ExceptWith(searched);
            next = found.Types;
        }

        return names;
    }

    private static string ReadText(SyntaxTree file) => file.GetText().ToString();
}

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// The words without which no code comes to a process of ours. A file that holds none of them is never looked at again, which is
/// what keeps the rules cheap: reading its text costs a hundredth of reading its meaning. Too many words do no harm.
/// </summary>
internal sealed class Vocabulary
{
    private static readonly string[] Words = ["Process", "StartInfo", "Kill"];

    private readonly ConcurrentDictionary<SyntaxTree, bool> _files = new();
    private readonly Lazy<HashSet<int>> _names;

    public Vocabulary(Compilation compilation) => _names = new(() => Names(compilation));

    /// <summary>Whether the type's code may come to a process.</summary>
    public bool IsSpoken(INamedTypeSymbol type, FlowOptions options) =>
        type.DeclaringSyntaxReferences.Any(part => _files.GetOrAdd(part.SyntaxTree, IsSpoken) || options.StartMethods.Any(TextOf(part.SyntaxTree).Contains));

    private bool IsSpoken(SyntaxTree file) => TextOf(file) is var text && (Words.Any(word => Holds(text, word)) || _names.Value.Count > 0 && IdentifierHash.Any(text, _names.Value));

    // Members whose type says Process, types that derive from it, and aliases of it: by these other files reach one without the word.
    private static HashSet<int> Names(Compilation compilation)
    {
        var names = new HashSet<int>();
        var open = new Queue<string>(["Process"]);
        var known = new HashSet<string>(open);
        while (open.Count > 0)
        {
            var word = open.Dequeue();
            foreach (var file in compilation.SyntaxTrees.Where(file => Holds(TextOf(file), word)))
            {
                foreach (var (name, isType) in DeclaredNames.With(word, (CompilationUnitSyntax)file.GetRoot()))
                {
                    names.Add(IdentifierHash.Of(name));
                    if (isType && known.Add(name))
                    {
                        open.Enqueue(name);
                    }
                }
            }
        }

        return names;
    }

    private static string TextOf(SyntaxTree file) => file.GetText().ToString();

    private static bool Holds(string text, string word) => text.IndexOf(word, StringComparison.Ordinal) >= 0;
}

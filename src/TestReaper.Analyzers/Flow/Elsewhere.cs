using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Whether code outside a type may stop what its member holds. By name alone.</summary>
internal sealed class Elsewhere(Compilation compilation)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IdentifierNameSyntax>> _uses = new();

    /// <summary>Another type does more with the member than look at it.</summary>
    public bool Takes(ISymbol member, INamedTypeSymbol type) => Outside(member, type).Any(use => !SourceGlance.IsLook(Whole(use)));

    /// <summary>Another type mentions the method.</summary>
    public bool Calls(ISymbol method, INamedTypeSymbol type) => Outside(method, type).Any();

    private static ExpressionSyntax Whole(IdentifierNameSyntax use) => use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;

    private IEnumerable<IdentifierNameSyntax> Outside(ISymbol member, INamedTypeSymbol type)
    {
        var own = new HashSet<SyntaxNode>(type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()));
        return InReach(member, type).Where(use => use.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault() is not { } around || !own.Contains(around));
    }

    // What is private is in reach of the types around it and within it alone.
    private IEnumerable<IdentifierNameSyntax> InReach(ISymbol member, INamedTypeSymbol type)
    {
        if (member.DeclaredAccessibility != Accessibility.Private)
        {
            return _uses.GetOrAdd(member.Name, name => compilation.SyntaxTrees.SelectMany(file => Uses(name, file)).ToList());
        }

        var outermost = type;
        while (outermost.ContainingType is { } around)
        {
            outermost = around;
        }

        return outermost.DeclaringSyntaxReferences.SelectMany(part => Uses(member.Name, part.SyntaxTree).Where(use => part.Span.Contains(use.Span)));
    }

    // The text is searched first: most files do not hold the name at all.
    private static IEnumerable<IdentifierNameSyntax> Uses(string name, SyntaxTree file)
    {
        var text = file.GetText().ToString();
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            var token = file.GetRoot().FindToken(at);
            if (token.Span.Contains(at) && token.ValueText == name && token.Parent is IdentifierNameSyntax { Parent: not (NameColonSyntax or UsingDirectiveSyntax) } use)
            {
                yield return use;
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Whether code outside a type may stop what its member holds. By name alone, and asked only before a report.</summary>
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
        var outermost = type;
        while (outermost.ContainingType is { } around)
        {
            outermost = around;
        }

        // What is private is in reach of the types around it and within it alone.
        var reach = member.DeclaredAccessibility == Accessibility.Private ? outermost.DeclaringSyntaxReferences : default;
        return _uses.GetOrAdd(member.Name, Find).Where(use => reach.IsDefault || reach.Any(part => part.SyntaxTree == use.SyntaxTree && part.Span.Contains(use.Span))).Where(use => use.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault() is not { } around || !own.Contains(around));
    }

    private IReadOnlyList<IdentifierNameSyntax> Find(string name) => compilation.SyntaxTrees
        .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<IdentifierNameSyntax>())
        .Where(use => use.Identifier.ValueText == name && use.Parent is not (NameColonSyntax or UsingDirectiveSyntax))
        .ToList();
}

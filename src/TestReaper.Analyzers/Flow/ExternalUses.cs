using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds uses of a member outside its type. Compares names without binding, so it can find too many uses, never too few.</summary>
internal sealed class ExternalUses(Compilation compilation)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<IdentifierNameSyntax>> _uses = new();

    /// <summary>Whether another type does more with the member than read it, and so may stop the process in it.</summary>
    public bool MayStop(ISymbol member, INamedTypeSymbol type) =>
        Find(member, type).Any(use => !ProcessSyntax.IsRead(WithReceiver(use)));

    /// <summary>Whether another type mentions the method.</summary>
    public bool Mention(ISymbol method, INamedTypeSymbol type) => Find(method, type).Any();

    private static ExpressionSyntax WithReceiver(IdentifierNameSyntax use) =>
        use.Parent is MemberAccessExpressionSyntax access && access.Name == use ? access : use;

    private IEnumerable<IdentifierNameSyntax> Find(ISymbol member, INamedTypeSymbol type)
    {
        var own = new HashSet<SyntaxNode>(type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()));
        return FindAccessible(member, type).Where(use =>
            use.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault() is not { } container || !own.Contains(container));
    }

    // A private member is accessible only within the outermost containing type.
    private IEnumerable<IdentifierNameSyntax> FindAccessible(ISymbol member, INamedTypeSymbol type)
    {
        if (member.DeclaredAccessibility != Accessibility.Private)
        {
            return _uses.GetOrAdd(member.Name, name => compilation.SyntaxTrees.SelectMany(file => FindByName(name, file)).ToList());
        }

        var outermost = type;
        while (outermost.ContainingType is { } container)
        {
            outermost = container;
        }

        return outermost.DeclaringSyntaxReferences.SelectMany(part =>
            FindByName(member.Name, part.SyntaxTree).Where(use => part.Span.Contains(use.Span)));
    }

    // Searches the text first: most files don't contain the name.
    private static IEnumerable<IdentifierNameSyntax> FindByName(string name, SyntaxTree file)
    {
        var text = file.GetText().ToString();
        var next = 0;
        while (text.IndexOf(name, next, StringComparison.Ordinal) is >= 0 and var i)
        {
            next = i + name.Length;
            var token = file.GetRoot().FindToken(i);
            if (token.Span.Contains(i) && token.ValueText == name
                && token.Parent is IdentifierNameSyntax { Parent: not (NameColonSyntax or UsingDirectiveSyntax) } use)
            {
                yield return use;
            }
        }
    }
}

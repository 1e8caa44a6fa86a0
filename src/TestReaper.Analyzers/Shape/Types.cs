using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Questions about types.</summary>
internal static class Types
{
    public static bool IsSame(this ITypeSymbol? type, INamedTypeSymbol? other) => other is not null && SymbolEqualityComparer.Default.Equals(type, other);

    /// <summary>Whether it is the type, or derives from it.</summary>
    public static bool DerivesFrom(this ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        if (ancestor is null)
        {
            return false;
        }

        for (var at = type is ITypeParameterSymbol { ConstraintTypes: { Length: > 0 } constraints } ? constraints[0] : type; at is not null; at = at.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(at.OriginalDefinition, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    public static IEnumerable<INamedTypeSymbol> WithAncestors(this INamedTypeSymbol type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            yield return at;
        }
    }

    /// <summary>All types that the project declares, nested ones too. Expensive: for the few cases that ask for it.</summary>
    public static IEnumerable<INamedTypeSymbol> DeclaredTypes(this Compilation compilation)
    {
        var left = new Stack<INamespaceOrTypeSymbol>();
        left.Push(compilation.Assembly.GlobalNamespace);
        while (left.Count > 0)
        {
            foreach (var member in left.Pop().GetMembers())
            {
                if (member is not INamespaceOrTypeSymbol inner)
                {
                    continue;
                }

                left.Push(inner);
                if (inner is INamedTypeSymbol type)
                {
                    yield return type;
                }
            }
        }
    }

    /// <summary>Whether it is in a namespace of this name, or in one within it.</summary>
    public static bool IsInOutermost(this ISymbol symbol, string name)
    {
        var at = symbol.ContainingNamespace;
        while (at is { ContainingNamespace.IsGlobalNamespace: false })
        {
            at = at.ContainingNamespace;
        }

        return at?.Name == name;
    }

    /// <summary>Whether it is in a namespace. Asked for each attribute of each method, so without a string for each.</summary>
    public static bool IsIn(this ISymbol symbol, string name)
    {
        var (at, end) = (symbol.ContainingNamespace, name.Length);
        while (at is { IsGlobalNamespace: false } && end > 0)
        {
            var start = name.LastIndexOf('.', end - 1) + 1;
            if (string.CompareOrdinal(name, start, at.Name, 0, System.Math.Max(end - start, at.Name.Length)) != 0)
            {
                return false;
            }

            (at, end) = (at.ContainingNamespace, start - 1);
        }

        return at is { IsGlobalNamespace: true } && end <= 0;
    }
}

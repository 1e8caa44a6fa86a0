using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Queries on types, namespaces and compilations.</summary>
internal static class TypeExtensions
{
    public static bool IsSame(this ITypeSymbol? type, INamedTypeSymbol? other) =>
        other is not null && SymbolEqualityComparer.Default.Equals(type, other);

    public static bool IsSame(this ISymbol symbol, ISymbol? other) => SymbolEqualityComparer.Default.Equals(symbol, other);

    /// <summary>Whether the type is the ancestor or derives from it. A type parameter counts as its first constraint.</summary>
    public static bool DerivesFrom(this ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        if (ancestor is null)
        {
            return false;
        }

        var constrained = type is ITypeParameterSymbol { ConstraintTypes: { Length: > 0 } constraints } ? constraints[0] : type;
        for (var current = constrained; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    public static IEnumerable<INamedTypeSymbol> SelfAndBaseTypes(this INamedTypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    /// <summary>All types that the project declares, including nested ones. Slow: it visits every declaration.</summary>
    public static List<INamedTypeSymbol> FindDeclaredTypes(this Compilation compilation)
    {
        var found = new List<INamedTypeSymbol>();
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(compilation.Assembly.GlobalNamespace);
        while (pending.Count > 0)
        {
            foreach (var member in pending.Pop().GetMembers())
            {
                if (member is not INamespaceOrTypeSymbol container)
                {
                    continue;
                }

                pending.Push(container);
                if (container is INamedTypeSymbol type)
                {
                    found.Add(type);
                }
            }
        }

        return found;
    }

    /// <summary>Whether the first part of the symbol's namespace has this name.</summary>
    public static bool IsInOutermostNamespace(this ISymbol symbol, string name)
    {
        var current = symbol.ContainingNamespace;
        while (current is { ContainingNamespace.IsGlobalNamespace: false })
        {
            current = current.ContainingNamespace;
        }

        return current?.Name == name;
    }

    /// <summary>Whether the symbol is in exactly this namespace. Allocates nothing: it runs for every attribute of every method.</summary>
    public static bool IsInNamespace(this ISymbol symbol, string name)
    {
        var (current, end) = (symbol.ContainingNamespace, name.Length);
        while (current is { IsGlobalNamespace: false } && end > 0)
        {
            var start = name.LastIndexOf('.', end - 1) + 1;
            if (string.CompareOrdinal(name, start, current.Name, 0, Math.Max(end - start, current.Name.Length)) != 0)
            {
                return false;
            }

            (current, end) = (current.ContainingNamespace, start - 1);
        }

        return current is { IsGlobalNamespace: true } && end <= 0;
    }
}

using System.Collections.Concurrent;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Which types can hold a process: Process, and arrays, tuples, tasks, collections and delegates of it.</summary>
internal sealed class Carriers(KnownSymbols symbols)
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    public bool IsProcess(ITypeSymbol? type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(at, symbols.Process))
            {
                return true;
            }
        }

        return false;
    }

    public bool Carries(ITypeSymbol? type) => type is not null && type.SpecialType == SpecialType.None && _known.GetOrAdd(type, candidate => Look(candidate, 0));

    private bool Look(ITypeSymbol type, int depth) => type switch
    {
        _ when depth > 6 => false,
        IArrayTypeSymbol array => Look(array.ElementType, depth + 1),
        INamedTypeSymbol { IsAnonymousType: true } named => named.GetMembers().OfType<IPropertySymbol>().Any(property => Look(property.Type, depth + 1)),
        INamedTypeSymbol { IsGenericType: true } named => named.TypeArguments.Any(argument => Look(argument, depth + 1)),
        INamedTypeSymbol named => IsProcess(named),
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(constraint => Look(constraint, depth + 1)),
        _ => false,
    };
}

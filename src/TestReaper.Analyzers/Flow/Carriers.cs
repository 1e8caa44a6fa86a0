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

    /// <summary>A record that says what it holds and does nothing: a tuple with a name.</summary>
    public static bool IsBareRecord(ITypeSymbol? type) => type is INamedTypeSymbol { IsRecord: true } named && named.AllInterfaces.All(contract => contract.Name == "IEquatable")
        && named.BaseType is { SpecialType: SpecialType.System_Object or SpecialType.System_ValueType } && named.GetMembers().All(member => member.IsImplicitlyDeclared || member is IPropertySymbol or IFieldSymbol or INamedTypeSymbol
            || member is IMethodSymbol { MethodKind: not MethodKind.Ordinary });

    private bool Look(ITypeSymbol type, int depth) => type switch
    {
        _ when depth > 6 => false,
        IArrayTypeSymbol array => Look(array.ElementType, depth + 1),
        INamedTypeSymbol { IsAnonymousType: true } named => named.GetMembers().OfType<IPropertySymbol>().Any(property => Look(property.Type, depth + 1)),
        INamedTypeSymbol { IsGenericType: true } named => named.TypeArguments.Any(argument => Look(argument, depth + 1)),
        INamedTypeSymbol { IsRecord: true } named => IsBareRecord(named) && named.GetMembers().OfType<IPropertySymbol>().Any(property => Look(property.Type, depth + 1)),
        INamedTypeSymbol named => IsProcess(named),
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(constraint => Look(constraint, depth + 1)),
        _ => false,
    };
}

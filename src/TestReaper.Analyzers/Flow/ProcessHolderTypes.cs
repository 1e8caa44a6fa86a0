using System.Collections.Concurrent;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Decides which types can hold a process: Process itself, and arrays, tuples, tasks, collections and delegates of it.</summary>
internal sealed class ProcessHolderTypes(KnownSymbols symbols)
{
    private const int MaxDepth = 6;
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _answers = new(SymbolEqualityComparer.Default);

    public bool IsProcess(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current, symbols.Process))
            {
                return true;
            }
        }

        return false;
    }

    public bool CanHold(ITypeSymbol? type) =>
        type is not null && type.SpecialType == SpecialType.None && _answers.GetOrAdd(type, candidate => CanHold(candidate, 0));

    /// <summary>Whether the value can hold a process, also one that is converted to object or to an interface.</summary>
    public bool CanHold(IOperation? value) => value switch
    {
        null => false,
        IConversionOperation conversion => CanHold(value.Type) || CanHold(conversion.Operand),
        ILocalReferenceOperation or IParameterReferenceOperation => CanHold(value.Type) || IsUntyped(value.Type),
        _ => CanHold(value.Type),
    };

    /// <summary>Whether the type is a record without behavior of its own, in effect a named tuple.</summary>
    public static bool IsPlainRecord(ITypeSymbol? type) =>
        type is INamedTypeSymbol { IsRecord: true } named
        && named.AllInterfaces.All(contract => contract.Name == "IEquatable")
        && named.BaseType is { SpecialType: SpecialType.System_Object or SpecialType.System_ValueType }
        && named.GetMembers().All(IsData);

    private static bool IsUntyped(ITypeSymbol? type) =>
        type is { SpecialType: SpecialType.System_Object or SpecialType.System_IDisposable } or { Name: "IAsyncDisposable" or "Component" };

    private static bool IsData(ISymbol member) =>
        member.IsImplicitlyDeclared
        || member is IPropertySymbol or IFieldSymbol or INamedTypeSymbol or IMethodSymbol { MethodKind: not MethodKind.Ordinary };

    private bool CanHold(ITypeSymbol type, int depth) => type switch
    {
        _ when depth > MaxDepth => false,
        IArrayTypeSymbol array => CanHold(array.ElementType, depth + 1),
        INamedTypeSymbol { IsAnonymousType: true } named => HasHolderProperty(named, depth),
        INamedTypeSymbol { IsGenericType: true } named => named.TypeArguments.Any(argument => CanHold(argument, depth + 1)),
        INamedTypeSymbol { IsRecord: true } named => IsPlainRecord(named) && HasHolderProperty(named, depth),
        INamedTypeSymbol named => IsProcess(named),
        ITypeParameterSymbol parameter => parameter.ConstraintTypes.Any(constraint => CanHold(constraint, depth + 1)),
        _ => false,
    };

    private bool HasHolderProperty(INamedTypeSymbol type, int depth) =>
        type.GetMembers().OfType<IPropertySymbol>().Any(property => CanHold(property.Type, depth + 1));
}

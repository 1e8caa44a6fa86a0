using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>The interfaces of a type, by name, and the methods that implement them.</summary>
internal sealed class TypeContracts(INamedTypeSymbol type)
{
    public bool Has(string contract) => type.AllInterfaces.Any(candidate => candidate.Name == contract);

    /// <summary>Whether the method implements a member of any interface.</summary>
    public bool IsImplementation(IMethodSymbol method) =>
        type.AllInterfaces.Any(contract => contract.GetMembers().Any(member => Implements(method, member)));

    public bool IsImplementation(IMethodSymbol method, string contract, string name) => type.AllInterfaces.Any(candidate =>
        candidate.Name == contract && candidate.GetMembers(name).Any(member => Implements(method, member)));

    /// <summary>Whether the method is Dispose or DisposeAsync, or overrides a part of the dispose pattern.</summary>
    public bool IsDisposal(IMethodSymbol method) =>
        (method.OverriddenMethod is { } overridden && (IsDisposal(overridden) || IsPatternMethod(overridden)))
        || IsImplementation(method, "IDisposable", "Dispose")
        || IsImplementation(method, "IAsyncDisposable", "DisposeAsync")
        || IsImplementation(method, "IAsyncLifetime", "DisposeAsync");

    private static bool IsPatternMethod(IMethodSymbol method) =>
        method is { Name: "DisposeAsyncCore" } or { Name: "Dispose", Parameters.Length: 1 };

    private bool Implements(IMethodSymbol method, ISymbol member) =>
        SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method);
}

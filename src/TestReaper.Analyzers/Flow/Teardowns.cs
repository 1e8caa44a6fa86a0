using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Knows which of a type's methods run when tests are over, and what they call.</summary>
internal sealed class Teardowns(INamedTypeSymbol type, Collector collector, Known known)
{
    private readonly ILookup<ISymbol, (ISymbol Caller, Place Place)> _callers = collector.Calls.ToLookup(call => call.Callee, call => (call.Place.Function.OriginalDefinition, call.Place), (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);

    public TestTypes.Kind Kind { get; } = known.TestTypes.Of(type);

    /// <summary>A test framework makes it; others are made, and stopped, by code.</summary>
    public bool IsTestType => Kind != TestTypes.Kind.None || IsLifetime;

    public bool IsLifetime => type.AllInterfaces.Any(contract => contract.Name == "IAsyncLifetime");

    /// <summary>The function, and all that come to it other than on the way of a failure.</summary>
    public HashSet<ISymbol> CallersOf(ISymbol function)
    {
        var found = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { function.OriginalDefinition };
        var open = new Stack<ISymbol>(found);
        while (open.Count > 0)
        {
            foreach (var (caller, place) in _callers[open.Pop()])
            {
                if (!place.IsGuard && found.Add(caller))
                {
                    open.Push(caller);
                }
            }
        }

        return found;
    }

    /// <summary>It is sure enough that this runs after the tests, or may be called by somebody whose business it is.</summary>
    public bool Runs(Effect effect) => effect.Place.IsHandedOut || effect.Place.Function is not IMethodSymbol || CallersOf(effect.Place.Function).Any(function => Runs(function) || IsCalledInHandedOut(function));

    public bool IsTeardown(ISymbol function) => function is IMethodSymbol method && (IsMarked(method) || IsDisposal(method));

    /// <summary>Why a teardown's body is never run; null for one that runs, and for what is no teardown.</summary>
    public string? NeverRuns(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.Destructor)
        {
            return "nothing is sure to run a finalizer";
        }

        if (Implements(method, "IDisposable", "Dispose"))
        {
            return method is { IsAsync: true, ReturnsVoid: true } ? "it is async void, and nobody waits for it"
                : SkipsSync ? $"'{type.Name}' is IAsyncDisposable too, and {FrameworkName} then calls DisposeAsync alone" : null;
        }

        return Implements(method, "IAsyncDisposable", "DisposeAsync") && !IsLifetime && Kind.HasFlag(TestTypes.Kind.Xunit) && !known.Symbols.IsXunitV3
            ? "xUnit v2 never calls DisposeAsync of a class that is IAsyncDisposable and not IAsyncLifetime"
            : null;
    }

    /// <summary>What makes the object, or prepares a test.</summary>
    public static bool IsSetUp(ISymbol function) => function is IMethodSymbol method && (method.MethodKind is MethodKind.Constructor or MethodKind.StaticConstructor || method.Name == "InitializeAsync" || TestTypes.Attributes(method).Any(name => name.Contains("SetUp") || name.Contains("Initialize") || name.StartsWith("Before", StringComparison.Ordinal)));

    private bool SkipsSync => type.AllInterfaces.Any(contract => contract.Name == "IAsyncDisposable") && (Kind.HasFlag(TestTypes.Kind.NUnit) || IsXunit && known.Symbols.IsXunitV3);

    private bool IsXunit => Kind.HasFlag(TestTypes.Kind.Xunit) || IsLifetime;

    private string FrameworkName => IsXunit ? "xUnit v3" : "NUnit";

    private bool Runs(ISymbol function)
    {
        if (function is not IMethodSymbol method || NeverRuns(method) is not null)
        {
            return function is IFieldSymbol or IPropertySymbol;
        }

        if (method.IsOverride || IsMarked(method) || IsDisposal(method) || ImplementsAnything(method) || collector.HandedOut.Contains(method))
        {
            return true;
        }

        return method.MethodKind is not (MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.LocalFunction) && !IsSetUp(method) && TestTypes.TestOf(method) == TestTypes.Kind.None
            && (!IsTestType && method.DeclaredAccessibility != Accessibility.Private || known.Elsewhere.Calls(method, type));
    }

    private bool IsCalledInHandedOut(ISymbol function) => _callers[function].Any(call => call.Place.IsHandedOut);

    private static bool IsMarked(IMethodSymbol method) => TestTypes.Attributes(method).Any(name => name.Contains("TearDown") || name.Contains("Cleanup") || name.StartsWith("After", StringComparison.Ordinal));

    private bool IsDisposal(IMethodSymbol method) => method.OverriddenMethod is { } overridden && (IsDisposal(overridden) || overridden.Name is "DisposeAsyncCore" || overridden is { Name: "Dispose", Parameters.Length: 1 }) || Implements(method, "IDisposable", "Dispose") || Implements(method, "IAsyncDisposable", "DisposeAsync") || Implements(method, "IAsyncLifetime", "DisposeAsync");

    private bool ImplementsAnything(IMethodSymbol method) => type.AllInterfaces.Any(contract => contract.GetMembers().Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method)));

    private bool Implements(IMethodSymbol method, string contract, string name) => type.AllInterfaces.Any(candidate => candidate.Name == contract
        && candidate.GetMembers(name).Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method)));
}

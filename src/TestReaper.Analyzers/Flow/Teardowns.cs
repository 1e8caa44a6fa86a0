using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Decides which methods of a type run after its tests, and follows the calls that lead to a method.</summary>
internal sealed class Teardowns(INamedTypeSymbol type, FlowFacts facts, CompilationCache cache)
{
    private readonly ILookup<ISymbol, OwnCall> _callers = facts.Calls.ToLookup(
        call => call.Callee,
        (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);

    private readonly TypeContracts _contracts = new(type);

    public TestTypes.Kind Kind => cache.TestTypes.FindKind(type);

    /// <summary>Whether a test framework creates the type. Instances of other types are created and stopped by code.</summary>
    public bool IsTestType => Kind != TestTypes.Kind.None || IsLifetime;

    public bool IsLifetime => _contracts.Has("IAsyncLifetime");

    /// <summary>The function and its direct and indirect callers, without calls on a failure path.</summary>
    public HashSet<ISymbol> FindCallers(ISymbol function)
    {
        var found = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { function.OriginalDefinition };
        var pending = new Stack<ISymbol>(found);
        while (pending.Count > 0)
        {
            foreach (var call in _callers[pending.Pop()])
            {
                if (!call.Point.IsOnFailurePath && found.Add(call.Caller))
                {
                    pending.Push(call.Caller);
                }
            }
        }

        return found;
    }

    /// <summary>Whether the effect happens after the tests, or in a method that other code may call to stop the process.</summary>
    public bool Runs(Effect effect) =>
        effect.Point.IsInCallback
        || effect.Point.Function is not IMethodSymbol
        || FindCallers(effect.Point.Function).Any(function => Runs(function) || IsCalledInCallback(function));

    public bool IsTeardown(ISymbol function) =>
        function is IMethodSymbol method && (TestMethodKinds.IsTeardown(method) || _contracts.IsDisposal(method));

    /// <summary>Why a teardown method never runs. Null for one that runs and for any other method.</summary>
    public string? ExplainNeverRuns(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.Destructor)
        {
            return "a finalizer is not guaranteed to run";
        }

        if (_contracts.IsImplementation(method, "IDisposable", "Dispose"))
        {
            if (method is { IsAsync: true, ReturnsVoid: true })
            {
                return "it is async void, so the framework does not wait for it";
            }

            return SkipsDispose ? $"'{type.Name}' is also IAsyncDisposable, and {FrameworkName} calls only DisposeAsync" : null;
        }

        return _contracts.IsImplementation(method, "IAsyncDisposable", "DisposeAsync") && SkipsDisposeAsync
            ? "xUnit v2 never calls DisposeAsync of a class that is IAsyncDisposable but not IAsyncLifetime"
            : null;
    }

    private bool SkipsDispose =>
        _contracts.Has("IAsyncDisposable") && (Kind.HasFlag(TestTypes.Kind.NUnit) || (IsXunit && cache.Symbols.IsXunitV3));

    private bool SkipsDisposeAsync => !IsLifetime && Kind.HasFlag(TestTypes.Kind.Xunit) && !cache.Symbols.IsXunitV3;

    private bool IsXunit => Kind.HasFlag(TestTypes.Kind.Xunit) || IsLifetime;

    private string FrameworkName => IsXunit ? "xUnit v3" : "NUnit";

    private bool Runs(ISymbol function)
    {
        if (function is not IMethodSymbol method || ExplainNeverRuns(method) is not null)
        {
            return function is IFieldSymbol or IPropertySymbol;
        }

        if (method.IsOverride || IsTeardown(method) || _contracts.IsImplementation(method) || facts.StoredMethods.Contains(method))
        {
            return true;
        }

        return method.MethodKind is not (MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.LocalFunction)
            && !TestMethodKinds.IsSetUp(method)
            && TestTypes.FindFramework(method) == TestTypes.Kind.None
            && ((!IsTestType && method.DeclaredAccessibility != Accessibility.Private) || cache.ExternalUses.Mention(method, type));
    }

    private bool IsCalledInCallback(ISymbol function) => _callers[function].Any(call => call.Point.IsInCallback);
}

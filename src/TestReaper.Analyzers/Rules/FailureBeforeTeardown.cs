using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0006: the code after a start may throw in a method after whose failure no teardown runs.</summary>
internal sealed class FailureBeforeTeardown : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, sites) in model.Members)
        {
            var effects = model.FindEffects(member);
            if (member.IsStatic || !effects.Any(effect => effect.IsRelease && model.Teardowns.Runs(effect)))
            {
                continue;
            }

            foreach (var site in sites)
            {
                if (FindReason(model, member, site, effects) is { } reason)
                {
                    report(Diagnostic.Create(Descriptors.FailureBeforeTeardown, site.Start.Syntax.GetLocation(), reason));
                }
            }
        }
    }

    private static string? FindReason(TypeModel model, ISymbol member, StartSite site, IReadOnlyList<Effect> effects)
    {
        foreach (var entry in model.Teardowns.FindCallers(site.Point.Function).OfType<IMethodSymbol>())
        {
            if (Explain(model, entry, effects) is { } reason && MayFail(model, member, site, entry, effects))
            {
                return reason;
            }
        }

        return null;
    }

    // Why no teardown runs after the method has thrown. Null if one does.
    private static string? Explain(TypeModel model, IMethodSymbol entry, IReadOnlyList<Effect> effects)
    {
        if (entry.MethodKind == MethodKind.Constructor)
        {
            return "the object is not disposed because its constructor threw";
        }

        if (entry.Name != "InitializeAsync" || !IsXunitTestClass(model.Teardowns))
        {
            return null;
        }

        if (model.Cache.Symbols.IsXunitV3)
        {
            return "xUnit v3 runs no teardown of a test class whose InitializeAsync threw";
        }

        var isInDispose = effects.Any(effect => effect.IsRelease
            && model.Teardowns.FindCallers(effect.Point.Function).Any(function => IsSyncTeardown(model.Teardowns, function)));
        return isInDispose ? null : "xUnit v2 calls only Dispose, not DisposeAsync, of a test class whose InitializeAsync threw";
    }

    private static bool IsXunitTestClass(Teardowns teardowns) =>
        teardowns.IsLifetime
        && teardowns.Kind.HasFlag(TestTypes.Kind.TestClass | TestTypes.Kind.Xunit)
        && !teardowns.Kind.HasFlag(TestTypes.Kind.Fixture);

    private static bool IsSyncTeardown(Teardowns teardowns, ISymbol function) =>
        function is IMethodSymbol { Parameters.Length: 0, ReturnsVoid: true } method && teardowns.IsTeardown(method);

    private static bool MayFail(TypeModel model, ISymbol member, StartSite site, IMethodSymbol entry, IReadOnlyList<Effect> effects)
    {
        var nodes = new HashSet<object>(model.Graph.FindReachable(member, throughMembers: true)) { member };
        var kills = effects.Where(effect => effect.Kind is EffectKind.Kill or EffectKind.Escapes).ToList();
        var killing = kills.Select(effect => effect.Operation).ToList();
        var stopMethods = new HashSet<ISymbol>(
            kills.SelectMany(effect => model.Teardowns.FindCallers(effect.Point.Function)), SymbolEqualityComparer.Default);
        var function = site.Point.Function;
        if (model.Failures.FindFirst(function, site.End, int.MaxValue, nodes, Stops) is not null)
        {
            return true;
        }

        // The start may be in a helper. Then the code after the call of the helper counts as well.
        return model.Steps
            .Where(step => SymbolEqualityComparer.Default.Equals(step.Owner, entry))
            .Select(step => step.Operation)
            .OfType<IInvocationOperation>()
            .Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, function))
            .Any(call => model.Failures.FindFirst(entry, FindEnd(call), int.MaxValue, nodes, Stops) is not null);

        bool Stops(IOperation operation) => killing.Contains(operation) || (operation is IInvocationOperation call && CallsStop(call));

        bool CallsStop(IInvocationOperation call) => stopMethods.Contains(call.TargetMethod.OriginalDefinition) || IsOwnDisposal(call);
    }

    private static bool IsOwnDisposal(IInvocationOperation call) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync" && call.Instance is IInstanceReferenceOperation;

    private static int FindEnd(IInvocationOperation call) =>
        (call.Parent is IAwaitOperation await ? await : (IOperation)call).Syntax.Span.End;
}

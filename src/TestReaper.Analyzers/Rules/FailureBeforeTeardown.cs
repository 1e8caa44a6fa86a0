using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0006: what follows the start may throw where no teardown runs afterwards.</summary>
internal sealed class FailureBeforeTeardown : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, origins) in model.Members)
        {
            var effects = model.EffectsOn(member);
            if (member.IsStatic || !effects.Any(effect => effect.IsRelease && model.Teardowns.Runs(effect)))
            {
                continue;
            }

            foreach (var origin in origins)
            {
                foreach (var entry in model.Teardowns.CallersOf(origin.Place.Function).OfType<IMethodSymbol>())
                {
                    if (Reason(model, entry, effects) is { } reason && MayFail(model, member, origin, entry, effects))
                    {
                        report(Diagnostic.Create(Descriptors.FailureBeforeTeardown, origin.Start.Syntax.GetLocation(), reason));
                        break;
                    }
                }
            }
        }
    }

    private static string? Reason(TypeModel model, IMethodSymbol entry, IReadOnlyList<Effect> effects)
    {
        if (entry.MethodKind == MethodKind.Constructor)
        {
            return "nobody disposes an object whose constructor threw";
        }

        var teardowns = model.Teardowns;
        if (entry.Name != "InitializeAsync" || !teardowns.IsLifetime || !teardowns.Kind.HasFlag(TestTypes.Kind.TestClass | TestTypes.Kind.Xunit) || teardowns.Kind.HasFlag(TestTypes.Kind.Fixture))
        {
            return null;
        }

        if (model.Known.Symbols.IsXunitV3)
        {
            return "xUnit v3 runs no teardown of a test class whose InitializeAsync threw";
        }

        var inDispose = effects.Any(effect => effect.IsRelease && teardowns.CallersOf(effect.Place.Function).Any(function => function is IMethodSymbol { Parameters.Length: 0, ReturnsVoid: true } method && teardowns.IsTeardown(method)));
        return inDispose ? null : "xUnit v2 runs Dispose alone for a test class whose InitializeAsync threw, not DisposeAsync";
    }

    private static bool MayFail(TypeModel model, ISymbol member, Origin origin, IMethodSymbol entry, IReadOnlyList<Effect> effects)
    {
        var nodes = new HashSet<object>(model.Graph.From(member, throughMembers: true)) { member };
        var stops = new HashSet<ISymbol>(effects.Where(effect => effect.Kind is EffectKind.Kill or EffectKind.PassOn).SelectMany(effect => model.Teardowns.CallersOf(effect.Place.Function)), SymbolEqualityComparer.Default);
        var kills = effects.Where(effect => effect.Kind is EffectKind.Kill or EffectKind.PassOn).Select(effect => effect.Operation).ToList();
        bool Stops(IOperation operation) => kills.Contains(operation) || operation is IInvocationOperation call && (stops.Contains(call.TargetMethod.OriginalDefinition) || call.TargetMethod.Name is "Dispose" or "DisposeAsync" && call.Instance is IInstanceReferenceOperation);

        if (model.Failures.First(origin.Place.Function, origin.End, int.MaxValue, nodes, Stops) is not null)
        {
            return true;
        }

        // The start sits in a helper: what follows its call counts as well.
        return model.Steps.Where(step => SymbolEqualityComparer.Default.Equals(step.Owner, entry)).Select(step => step.Operation).OfType<IInvocationOperation>()
            .Where(call => SymbolEqualityComparer.Default.Equals(call.TargetMethod.OriginalDefinition, origin.Place.Function))
            .Any(call => model.Failures.First(entry, call.Parent is IAwaitOperation await ? await.Syntax.Span.End : call.Syntax.Span.End, int.MaxValue, nodes, Stops) is not null);
    }
}

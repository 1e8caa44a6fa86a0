using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0001: a started process that nobody keeps, or that a local holds and nobody stops.</summary>
internal sealed class DiscardedProcess : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var origin in model.Origins)
        {
            if (model.FateOf(origin) is { IsHandedOver: false, Members.Count: 0, Disposal: null } fate)
            {
                report(Diagnostic.Create(Descriptors.DiscardedProcess, origin.Start.Syntax.GetLocation(), fate.Nodes.Count > 1 ? "never stopped" : "discarded"));
            }
            else if (ReturnsFirst(model, origin, model.FateOf(origin)))
            {
                report(Diagnostic.Create(Descriptors.DiscardedProcess, origin.Start.Syntax.GetLocation(), "not stopped where the method returns early"));
            }
        }
    }

    // var p = Process.Start(...); if (...) return; p.Kill();
    private static bool ReturnsFirst(TypeModel model, Origin origin, Fate fate)
    {
        if (fate.Members.Count > 0 || fate.Effects.Count == 0 || !fate.Effects.All(effect => effect.Start > origin.End && effect.Kind is EffectKind.Kill or EffectKind.Wait or EffectKind.BoundedWait or EffectKind.Dispose
            && SymbolEqualityComparer.Default.Equals(effect.Place.Function, origin.Place.Function)))
        {
            return false;
        }

        var first = fate.Effects.OrderBy(effect => effect.Start).First();
        var kills = fate.Effects.Select(effect => effect.Operation).ToList();
        return first is { Kind: EffectKind.Kill, Place: { IsInFinally: false, IsGuard: false, IsHandedOut: false } }
            && model.Failures.FirstReturn(origin.Place.Function, origin.End, first.Start, new HashSet<object>(fate.Nodes), kills.Contains) is not null;
    }
}

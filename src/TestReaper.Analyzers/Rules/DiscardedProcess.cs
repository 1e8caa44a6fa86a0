using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0001: a started process is discarded, or is in a local and never stopped.</summary>
internal sealed class DiscardedProcess : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var site in model.StartSites)
        {
            if (Explain(model, site, model.FindResult(site)) is { } reason)
            {
                report(site.CreateDiagnostic(Descriptors.DiscardedProcess, reason));
            }
        }
    }

    private static string? Explain(TypeModel model, StartSite site, FlowResult result)
    {
        if (result is { IsHandedOver: false, Members.Count: 0, Disposal: null })
        {
            return result.Explain();
        }

        return ReturnsBeforeKill(model, site, result) is { } @return
            ? $"the method returns on line {@return.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1} before it stops it"
            : null;
    }

    // var p = Process.Start(...); if (...) return; p.Kill();
    private static IOperation? ReturnsBeforeKill(TypeModel model, StartSite site, FlowResult result)
    {
        if (result.Members.Count > 0 || result.Effects.Count == 0 || !result.Effects.All(effect => IsLaterStop(effect, site)))
        {
            return null;
        }

        var first = result.Effects.OrderBy(effect => effect.Start).First();
        var stops = result.Effects.Select(effect => effect.Operation).ToList();
        return first is { Kind: EffectKind.Kill, Point: { IsInFinally: false, IsOnFailurePath: false, IsInCallback: false } }
            ? model.Failures.FindFirstReturn(
                site.Point.Function, site.Start, first.Start, new HashSet<object>(result.Nodes), stops.Contains)
            : null;
    }

    private static bool IsLaterStop(Effect effect, StartSite site) =>
        effect.Start > site.End
        && effect.Kind is not (EffectKind.Escapes or EffectKind.Return)
        && effect.IsIn(site.Point.Function);
}

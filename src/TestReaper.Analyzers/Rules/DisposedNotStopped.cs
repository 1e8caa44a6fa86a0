using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0004: a started process is disposed, and nothing else happens to it.</summary>
internal sealed class DisposedNotStopped : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var site in model.StartSites)
        {
            if (model.FindResult(site) is { IsHandedOver: false, Members.Count: 0, Disposal: not null } result)
            {
                var name = result.Nodes.OfType<ILocalSymbol>().FirstOrDefault()?.Name ?? "The process";
                report(site.CreateDiagnostic(Descriptors.DisposedNotStopped, name, result.Explain()));
            }
        }

        foreach (var (member, _) in model.Members.Where(held => model.IsFullyVisible(held.Member)))
        {
            var effects = model.FindEffects(member);
            var disposal = effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose);
            if (disposal is not null && !Releases.ExistIn(effects))
            {
                var reason = new FlowResult([], [], effects).Explain();
                report(Diagnostic.Create(Descriptors.DisposedNotStopped, disposal.Operation.Syntax.GetLocation(), member.Name, reason));
            }
        }
    }
}

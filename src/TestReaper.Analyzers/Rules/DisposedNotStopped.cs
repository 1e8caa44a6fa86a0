using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0004: Dispose, Close or using is all that happens to a started process.</summary>
internal sealed class DisposedNotStopped : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var origin in model.Origins)
        {
            if (model.FateOf(origin) is { IsHandedOver: false, Members.Count: 0, Disposal: not null } fate)
            {
                report(Diagnostic.Create(Descriptors.DisposedNotStopped, origin.Start.Syntax.GetLocation(), fate.Nodes.OfType<ILocalSymbol>().FirstOrDefault()?.Name ?? "The process"));
            }
        }

        foreach (var (member, _) in model.Members)
        {
            if (model.IsOpen(member) && model.EffectsOn(member) is var effects && !effects.Any(effect => effect.IsRelease)
                && effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose) is { } disposal)
            {
                report(Diagnostic.Create(Descriptors.DisposedNotStopped, disposal.Operation.Syntax.GetLocation(), member.Name));
            }
        }
    }
}

using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0012: a teardown kills a member's process and nothing ever waits for its end.</summary>
internal sealed class KilledNotAwaited : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, _) in model.Members)
        {
            var effects = model.EffectsOn(member);
            if (effects.Any(effect => effect.Kind == EffectKind.PassOn || effect is { Kind: EffectKind.Wait or EffectKind.BoundedWait, Place.IsGuard: false }) || !model.IsOpen(member))
            {
                continue;
            }

            foreach (var effect in effects.Where(effect => effect is { Kind: EffectKind.Kill, Place: { IsGuard: false, IsHandedOut: false }, Operation: IInvocationOperation { TargetMethod.Name: "Kill" } }))
            {
                if (model.Teardowns.CallersOf(effect.Place.Function).Any(model.Teardowns.IsTeardown))
                {
                    report(Diagnostic.Create(Descriptors.KilledNotAwaited, effect.Operation.Syntax.GetLocation(), member.Name));
                }
            }
        }
    }
}

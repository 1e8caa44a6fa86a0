using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0012: a teardown kills the process of a member, and nothing waits for its exit.</summary>
internal sealed class KilledNotAwaited : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, _) in model.Members)
        {
            var effects = model.FindEffects(member);
            if (effects.Any(IsWait) || !model.IsFullyVisible(member))
            {
                continue;
            }

            foreach (var kill in effects.Where(IsKill))
            {
                if (!effects.Any(effect => ReadsAfter(effect, kill))
                    && model.Teardowns.FindCallers(kill.Point.Function).Any(model.Teardowns.IsTeardown))
                {
                    report(Diagnostic.Create(Descriptors.KilledNotAwaited, kill.Operation.Syntax.GetLocation(), member.Name));
                }
            }
        }
    }

    private static bool IsWait(Effect effect) =>
        effect.Kind == EffectKind.Escapes
        || effect is { Kind: EffectKind.Wait or EffectKind.ObservedWait or EffectKind.BoundedWait, Point.IsOnFailurePath: false };

    // A read of the exit code elsewhere, such as in a getter, waits for nothing.
    private static bool ReadsAfter(Effect effect, Effect kill) =>
        effect.Kind == EffectKind.ExitRead && effect.IsIn(kill.Point.Function) && effect.Start > kill.Start;

    private static bool IsKill(Effect effect) => effect is
    {
        Kind: EffectKind.Kill,
        Point: { IsOnFailurePath: false, IsInCallback: false },
        Operation: IInvocationOperation { TargetMethod.Name: "Kill" },
    };
}

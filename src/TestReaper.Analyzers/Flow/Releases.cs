using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Decides which effects on a process end it, or pass on the duty to end it.</summary>
/// <remarks>
/// A wait with a timeout does not end a process: it needs a kill for the case that the time passes. So it is not a release. It makes a
/// kill in a catch or before a throw one, because that kill is what happens when the time passes. A line such as "quit" on the standard
/// input needs a wait, because the process may ignore the line.
/// </remarks>
internal static class Releases
{
    public static IEnumerable<Effect> FindIn(IReadOnlyList<Effect> effects)
    {
        var limited = effects.Where(effect => effect is { IsLimitedWait: true, Point.IsOnFailurePath: false }).ToList();
        return effects.Where(effect => effect.Kind switch
        {
            EffectKind.Escapes => true,
            EffectKind.Kill when ProcessUse.IsFarewell(effect.Operation) => effects.Any(IsWait),
            EffectKind.Wait => !effect.Point.IsOnFailurePath && !limited.Any(wait => Guards(wait, effect)),
            EffectKind.Kill => !effect.Point.IsOnFailurePath || limited.Count > 0 || ExitConditions.IsUnderTest(effect.Operation),
            EffectKind.ExitRead => !effect.Point.IsOnFailurePath && !limited.Any(wait => MayPrecede(wait, effect)),
            _ => false,
        });
    }

    public static bool ExistIn(IReadOnlyList<Effect> effects) => FindIn(effects).Any();

    private static bool IsWait(Effect effect) => effect.IsLimitedWait || effect.Kind is EffectKind.Wait or EffectKind.ExitRead;

    // Assert.True(process.WaitForExit(1000)); process.WaitForExit();
    private static bool Guards(Effect limited, Effect wait) =>
        limited.IsIn(wait.Point.Function) && limited.Start < wait.Start && Timeouts.LeaveFunction(limited.Operation);

    private static bool MayPrecede(Effect wait, Effect read) =>
        !SymbolEqualityComparer.Default.Equals(wait.Point.Function, read.Point.Function) || wait.Start < read.Start;
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Where a started process goes before it reaches a member, and what happens to it there.</summary>
internal sealed class FlowResult(IReadOnlyList<object> nodes, IReadOnlyList<ISymbol> members, IReadOnlyList<Effect> effects)
{
    public IReadOnlyList<object> Nodes { get; } = nodes;

    /// <summary>The members that the process reaches.</summary>
    public IReadOnlyList<ISymbol> Members { get; } = members;

    public IReadOnlyList<Effect> Effects { get; } = effects;

    /// <summary>Whether the process is stopped, or passed to code that may stop it.</summary>
    public bool IsReleased => Releases.ExistIn(Effects);

    /// <summary>Whether the process is released or returned to the caller.</summary>
    public bool IsHandedOver => IsReleased || Effects.Any(effect => effect.Kind == EffectKind.Return);

    public Effect? Disposal => Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose);

    /// <summary>What happens to a process that is not released.</summary>
    public string Explain() => Effects switch
    {
        _ when Effects.Any(effect => effect.IsLimitedWait) =>
            $"if it has not exited by the end of the wait on line {LimitedWaitLine}, nothing here stops it",
        _ when Effects.Any(effect => effect.Kind is EffectKind.Kill or EffectKind.Wait or EffectKind.ExitRead) =>
            "it is stopped only on some paths",
        _ => "nothing here stops it or waits for it",
    };

    private int LimitedWaitLine =>
        Effects.First(effect => effect.IsLimitedWait).Operation.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}

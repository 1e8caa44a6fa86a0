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
    public bool IsReleased => Effects.Any(effect => effect.IsRelease);

    /// <summary>Whether the process is released or returned to the caller.</summary>
    public bool IsHandedOver => IsReleased || Effects.Any(effect => effect.Kind == EffectKind.Return);

    public Effect? Disposal => Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose);
}

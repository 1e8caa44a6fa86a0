using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Where a started process goes within the code that started it.</summary>
internal sealed class Fate(IReadOnlyList<object> nodes, IReadOnlyList<ISymbol> members, IReadOnlyList<Effect> effects)
{
    public IReadOnlyList<object> Nodes { get; } = nodes;

    public IReadOnlyList<ISymbol> Members { get; } = members;

    public IReadOnlyList<Effect> Effects { get; } = effects;

    /// <summary>It is stopped on the spot, or somebody else is to stop it.</summary>
    public bool IsReleased => Effects.Any(effect => effect.IsRelease);

    /// <summary>It is released, or the caller has it.</summary>
    public bool IsHandedOver => IsReleased || Effects.Any(effect => effect.Kind == EffectKind.Return);

    public Effect? Disposal => Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose);
}

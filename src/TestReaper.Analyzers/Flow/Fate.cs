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

    /// <summary>Somebody else has it, or it is stopped on the spot.</summary>
    public bool IsHandedOver => Effects.Any(effect => effect.IsRelease || effect.Kind == EffectKind.Return);

    public Effect? Disposal => Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Dispose);
}

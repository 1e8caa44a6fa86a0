using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>One thing that is done to a process, and where.</summary>
internal sealed class Effect(EffectKind kind, IOperation operation, Place place)
{
    public EffectKind Kind { get; } = kind;

    public IOperation Operation { get; } = operation;

    public Place Place { get; } = place;

    public int Start => Operation.Syntax.SpanStart;

    /// <summary>It ends the process or hands over the duty to; only on the way of a failure does not count.</summary>
    public bool IsRelease => Kind == EffectKind.PassOn || Kind is EffectKind.Kill or EffectKind.Wait && !Place.IsGuard;
}

using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>One operation that does something to a process.</summary>
internal sealed class Effect(EffectKind kind, IOperation operation, ProgramPoint point)
{
    public EffectKind Kind { get; } = kind;

    public IOperation Operation { get; } = operation;

    public ProgramPoint Point { get; } = point;

    public int Start => Operation.Syntax.SpanStart;

    /// <summary>Whether it waits for the exit for a limited time.</summary>
    public bool IsLimitedWait => Kind is EffectKind.BoundedWait or EffectKind.ObservedWait;

    public bool IsIn(ISymbol function) => SymbolEqualityComparer.Default.Equals(Point.Function, function);
}

using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>One operation that does something to a process.</summary>
internal sealed class Effect(EffectKind kind, IOperation operation, ProgramPoint point)
{
    public EffectKind Kind { get; } = kind;

    public IOperation Operation { get; } = operation;

    public ProgramPoint Point { get; } = point;

    public int Start => Operation.Syntax.SpanStart;

    /// <summary>Whether it ends the process or passes on the duty to do so. A kill on a failure path only does not count.</summary>
    public bool IsRelease => Kind == EffectKind.Escapes || (Kind is EffectKind.Kill or EffectKind.Wait && !Point.IsOnFailurePath);

    public bool IsIn(ISymbol function) => SymbolEqualityComparer.Default.Equals(Point.Function, function);
}

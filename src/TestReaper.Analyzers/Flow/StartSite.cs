using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>An expression that starts a process, or that calls an own method which starts and returns one.</summary>
internal sealed class StartSite(IOperation start, object node, ProgramPoint point)
{
    /// <summary>The expression at which rules report.</summary>
    public IOperation Start { get; } = start;

    /// <summary>The graph node at which the process appears.</summary>
    public object Node { get; } = node;

    public ProgramPoint Point { get; } = point;

    public int End => Start.Syntax.Span.End;
}

using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>A process of ours: where it is started, and the node that it starts its way from.</summary>
internal sealed class Origin(IOperation start, object node, Place place)
{
    /// <summary>The expression that starts it; a rule reports here.</summary>
    public IOperation Start { get; } = start;

    public object Node { get; } = node;

    public Place Place { get; } = place;

    public int End => Start.Syntax.Span.End;
}

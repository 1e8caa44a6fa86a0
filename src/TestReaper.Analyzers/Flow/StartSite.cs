using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>An expression that starts a process, or that calls an own method which starts and returns one.</summary>
internal sealed class StartSite(IOperation start, object node, ProgramPoint point, StartCommand? command = null)
{
    /// <summary>The expression at which rules report.</summary>
    public IOperation Start { get; } = start;

    /// <summary>The graph node at which the process appears.</summary>
    public object Node { get; } = node;

    public ProgramPoint Point { get; } = point;

    /// <summary>What is known of the command.</summary>
    public StartCommand? Command { get; } = command;

    /// <summary>A diagnostic at the start. If the system kills the process with its parent, it is only an information.</summary>
    public Diagnostic CreateDiagnostic(DiagnosticDescriptor rule, params object[] arguments) => Diagnostic.Create(
        rule,
        Start.Syntax.GetLocation(),
        Command is { EndsWithParent: true } ? DiagnosticSeverity.Info : rule.DefaultSeverity,
        additionalLocations: null,
        properties: null,
        arguments);

    public int End => Start.Syntax.Span.End;
}

using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Writes edges and effects to the graph, for the code block that is being walked.</summary>
internal sealed class FlowRecorder(INamedTypeSymbol type, ProcessHolderTypes holderTypes)
{
    private readonly ValueSources _sources = new(holderTypes);

    public INamedTypeSymbol Type { get; } = type;

    public ProcessHolderTypes HolderTypes { get; } = holderTypes;

    public FlowFacts Facts { get; } = new();

    public Graph Graph => Facts.Graph;

    /// <summary>The method, property or field that the current block belongs to.</summary>
    public ISymbol Owner { get; set; } = type;

    public IEnumerable<object> SourcesOf(IOperation? value) => _sources.Find(value);

    public ProgramPoint PointOf(IOperation operation) => ProgramPoint.FromOperation(operation, Owner);

    public Effect CreateEffect(EffectKind kind, IOperation operation) => new(kind, operation, PointOf(operation));

    /// <summary>Adds an effect to every source of a value. Null stands for an operation without an effect.</summary>
    public void Mark(IOperation holder, EffectKind? kind, IOperation operation)
    {
        if (kind is not { } effect || (effect is EffectKind.Wait or EffectKind.ExitRead && BackgroundCode.Contains(operation)))
        {
            return;
        }

        foreach (var node in SourcesOf(holder))
        {
            Graph.Mark(node, CreateEffect(effect, operation));
        }
    }

    /// <summary>Adds an edge from every source of a value to a node.</summary>
    public void Connect(IOperation value, object target)
    {
        foreach (var node in SourcesOf(value))
        {
            Graph.Connect(node, target);
        }
    }

    /// <summary>Whether the method is declared, with a body, in the type.</summary>
    public bool IsOwn(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction
        || (SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, Type)
            && !method.IsAbstract && !method.IsExtern && !method.IsImplicitlyDeclared);

    public void AddCall(IMethodSymbol callee, IOperation call) =>
        Facts.Calls.Add(new OwnCall(callee.OriginalDefinition, call, PointOf(call)));
}

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>What the rules judge: a type's processes, where they go, and what is done to them.</summary>
internal sealed partial class TypeModel
{
    private readonly Collector _collector;
    private readonly Lazy<List<(ISymbol Member, IReadOnlyList<Origin> Origins)>> _members;
    private readonly Dictionary<Origin, Fate> _fates = [];
    private readonly Dictionary<ISymbol, bool> _open = new(SymbolEqualityComparer.Default);

    private TypeModel(INamedTypeSymbol type, Collector collector, Known known)
    {
        Type = type;
        _collector = collector;
        Known = known;
        Teardowns = new Teardowns(type, collector, known);
        Failures = new Failures(collector);
        _members = new(FindMembers);
    }

    public INamedTypeSymbol Type { get; }

    public Known Known { get; }

    public Graph Graph => _collector.Graph;

    public Teardowns Teardowns { get; }

    public Failures Failures { get; }

    /// <summary>The calls of the type's own methods that hand them the process of one of the nodes.</summary>
    public IEnumerable<(IOperation Call, HashSet<object> Reached)> Handings(ICollection<object> nodes)
    {
        foreach (var (_, call, _) in _collector.Calls)
        {
            foreach (var argument in call.ChildOperations.OfType<IArgumentOperation>())
            {
                if (argument.Parameter is { } parameter && SourcesOf(argument.Value).Any(nodes.Contains))
                {
                    yield return (call, Graph.From(parameter.OriginalDefinition, throughMembers: true));
                }
            }
        }
    }

    public IReadOnlyList<(IOperation Operation, ISymbol Owner)> Steps => _collector.Steps;

    /// <summary>Every process of ours.</summary>
    public IReadOnlyList<Origin> Origins { get; private set; } = [];

    /// <summary>The members that hold processes of ours, with their starts.</summary>
    public IReadOnlyList<(ISymbol Member, IReadOnlyList<Origin> Origins)> Members => _members.Value;

    public static TypeModel? Of(INamedTypeSymbol type, IEnumerable<(IOperation Block, ISymbol Owner)> blocks, Known known, FlowOptions options)
    {
        var ordered = blocks.OrderBy(block => block.Block.Syntax.SyntaxTree.FilePath).ThenBy(block => block.Block.Syntax.SpanStart).ToList();
        if (!ordered.Any(block => block.Block.DescendantsAndSelf().Any(operation => known.Carriers.Carries(operation.Type))))
        {
            return null;
        }

        var collector = new Collector(type, known.Carriers, options);
        foreach (var (block, owner) in ordered)
        {
            collector.Walk(block, owner);
        }

        collector.Finish();
        return new TypeModel(type, collector, known) { Origins = OriginFinder.Find(collector, options) };
    }

    /// <summary>The process came from the system, not from a start.</summary>
    public bool IsForeign(IEnumerable<object> nodes) => nodes.SelectMany(Graph.To).Any(_collector.Foreign.Contains);

    public IEnumerable<object> SourcesOf(IOperation operation) => new Sources(Known.Carriers).Of(operation);

    /// <summary>What becomes of a process before it reaches a member.</summary>
    public Fate FateOf(Origin origin)
    {
        if (!_fates.TryGetValue(origin, out var fate))
        {
            var nodes = Graph.From(origin.Node, throughMembers: false);
            var own = nodes.Where(node => !Graph.IsMember(node)).ToList();
            _fates[origin] = fate = new Fate(own, nodes.OfType<ISymbol>().Where(Graph.IsMember).ToList(), Graph.EffectsOn(own).ToList());
        }

        return fate;
    }

    /// <summary>What is done to a member's processes, there and wherever they go from there.</summary>
    public IReadOnlyList<Effect> EffectsOn(ISymbol member) => Graph.EffectsOn(Graph.From(member, throughMembers: true)).ToList();

    /// <summary>All that happens to the member is to be seen in this type.</summary>
    public bool IsOpen(ISymbol member)
    {
        if (!_open.TryGetValue(member, out var isOpen))
        {
            _open[member] = isOpen = Graph.From(member, throughMembers: true).OfType<ISymbol>()
                .Where(node => node is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary })
                .All(node => (IsOwn(node) || node is IFieldSymbol or IPropertySymbol && node.Locations.Any(location => location.IsInSource)) && !Known.Elsewhere.Takes(node, Type));
        }

        return isOpen;
    }

    private bool IsOwn(ISymbol node) => SymbolEqualityComparer.Default.Equals(node.ContainingType?.OriginalDefinition, Type);

    private List<(ISymbol Member, IReadOnlyList<Origin> Origins)> FindMembers()
    {
        var held = new Dictionary<ISymbol, List<Origin>>(SymbolEqualityComparer.Default);
        foreach (var origin in Origins)
        {
            foreach (var member in FateOf(origin) is { IsReleased: false } fate ? fate.Members : [])
            {
                if (!held.TryGetValue(member, out var origins))
                {
                    held[member] = origins = [];
                }

                origins.Add(origin);
            }
        }

        return held.Select(pair => (pair.Key, (IReadOnlyList<Origin>)pair.Value)).ToList();
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>The processes of one type: where they start, where they go, and what is done to them.</summary>
/// <remarks>
/// Constraint. Every keystroke runs the analyzers, and Roslyn shows an analyzer one type at a time. Binding the whole project for each
/// type is too slow, and a warning on correct code makes users switch a rule off. So the model is cheap, and reports nothing when unsure.
///
/// Scheme.
/// 1. <see cref="TextPrefilter"/> excludes the types whose text cannot contain a process. Nothing of them is bound.
/// 2. <see cref="TypeWalker"/> walks the IOperation trees of all other types once. <see cref="ValueFlow"/>, <see cref="CallFlow"/> and
///    <see cref="ArgumentFlow"/> add an edge to the <see cref="Graph"/> wherever a process can go: from a call to a local, from a local
///    to a member, from an argument to a parameter. <see cref="ProcessUse"/> reads the <see cref="Effect"/> of each use.
/// 3. <see cref="StartSiteFinder"/> finds the starts, and treats an own method that starts and returns a process as a start itself.
/// 4. The rules follow the graph from each <see cref="StartSite"/>. <see cref="Teardowns"/> decides which effects run after the tests.
///    <see cref="Failures"/> finds what may throw between a start and the release.
///
/// Invariants.
/// - The graph has no order and no branches: an effect on any path counts. <see cref="Failures"/> compares source positions,
///   <see cref="ExitConditions"/> and <see cref="PartialEffects"/> exclude effects on the wrong path.
/// - A symbol is one node in all methods of the type. A lambda belongs to the method that contains it, see <see cref="ProgramPoint"/>.
/// - A process that leaves the type without being returned is released (<see cref="EffectKind.Escapes"/>): other code may stop it.
///   Other types are read by syntax alone (<see cref="SyntaxSummary"/>, <see cref="ExternalUses"/>), and only to report less.
/// - A process that the type did not start (GetProcessById, a parameter) has no start site and is never reported as leaked.
/// - The graph is complete before the first rule reads it, and no rule changes it.
///
/// IOperation trees: https://github.com/dotnet/roslyn/blob/main/docs/analyzers/Analyzer%20Actions%20Semantics.md.
/// </remarks>
internal sealed class TypeModel
{
    private readonly FlowFacts _facts;
    private readonly ValueSources _sources;
    private readonly Lazy<List<HoldingMember>> _members;
    private readonly Dictionary<StartSite, FlowResult> _results = [];
    private readonly Dictionary<ISymbol, bool> _visible = new(SymbolEqualityComparer.Default);

    private TypeModel(INamedTypeSymbol type, FlowFacts facts, ValueSources sources, IReadOnlyList<StartSite> sites, CompilationCache cache)
    {
        Type = type;
        StartSites = sites;
        Cache = cache;
        Teardowns = new Teardowns(type, facts, cache);
        Failures = new Failures(facts);
        _facts = facts;
        _sources = sources;
        _members = new(FindMembers);
    }

    public INamedTypeSymbol Type { get; }

    public CompilationCache Cache { get; }

    public Graph Graph => _facts.Graph;

    public Teardowns Teardowns { get; }

    public Failures Failures { get; }

    public IReadOnlyList<OwnedOperation> Steps => _facts.Steps;

    public IReadOnlyList<StartSite> StartSites { get; }

    /// <summary>The members that hold processes which the type started, with the starts.</summary>
    public IReadOnlyList<HoldingMember> Members => _members.Value;

    /// <summary>Null if no operation in the blocks can hold a process.</summary>
    public static TypeModel? FromBlocks(
        INamedTypeSymbol type, List<OwnedOperation> blocks, CompilationCache cache, FlowOptions options)
    {
        var holderTypes = cache.HolderTypes;
        if (!blocks.Any(block => block.Operation.DescendantsAndSelf().Any(operation => holderTypes.CanHold(operation.Type))))
        {
            return null;
        }

        var walker = new TypeWalker(type, holderTypes, options);
        blocks.ForEach(walker.Walk);
        walker.RemoveBackgroundWaits();
        var sources = new ValueSources(holderTypes);
        var sites = new StartSiteFinder(walker.Facts, sources, walker.Commands, options).Find();
        return new TypeModel(type, walker.Facts, sources, sites, cache);
    }

    /// <summary>The calls that pass one of the nodes to an own method, with the nodes that the parameter reaches.</summary>
    public IEnumerable<PassingCall> FindPassingCalls(ICollection<object> nodes) =>
        from call in _facts.Calls.Select(call => call.Call)
        from argument in call.ChildOperations.OfType<IArgumentOperation>()
        where argument.Parameter is not null && FindSources(argument.Value).Any(nodes.Contains)
        select new PassingCall(call, Graph.FindReachable(argument.Parameter!.OriginalDefinition, throughMembers: true));

    /// <summary>Whether the process may be one that the type did not start, and cannot be one that it did.</summary>
    public bool IsExistingProcess(IEnumerable<object> nodes)
    {
        var sources = new HashSet<object>(nodes.SelectMany(Graph.FindSources));
        return sources.Overlaps(_facts.ExistingProcesses) && !StartSites.Any(site => sources.Contains(site.Node));
    }

    public IEnumerable<object> FindSources(IOperation operation) => _sources.Find(operation);

    public FlowResult FindResult(StartSite site)
    {
        if (!_results.TryGetValue(site, out var result))
        {
            var nodes = Graph.FindReachable(site.Node, throughMembers: false);
            var own = nodes.Where(node => !Graph.IsMember(node)).ToList();
            var members = nodes.OfType<ISymbol>().Where(Graph.IsMember).ToList();
            _results[site] = result = new FlowResult(
                own, members, PartialEffects.Exclude(Graph.FindEffects(own), site, _facts));
        }

        return result;
    }

    /// <summary>The effects on the processes in a member, and on every node that they reach from there.</summary>
    public IReadOnlyList<Effect> FindEffects(ISymbol member) =>
        Graph.FindEffects(Graph.FindReachable(member, throughMembers: true));

    /// <summary>Those of the effects that stop the processes in a member, or pass on the duty to do so.</summary>
    public List<Effect> FindReleases(ISymbol member) => Releases.FindIn(FindEffects(member)).ToList();

    /// <summary>Whether the model sees everything that can stop the processes in the member.</summary>
    public bool IsFullyVisible(ISymbol member)
    {
        if (!_visible.TryGetValue(member, out var isVisible))
        {
            _visible[member] = isVisible = Graph.FindReachable(member, throughMembers: true).OfType<ISymbol>()
                .Where(node => node is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary })
                .All(node => IsKnown(node) && !Cache.ExternalUses.MayStop(node, Type));
        }

        return isVisible;
    }

    private static bool IsDelegate(ISymbol member) =>
        ((member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type)?.TypeKind == TypeKind.Delegate;

    private bool IsKnown(ISymbol node) =>
        SymbolEqualityComparer.Default.Equals(node.ContainingType?.OriginalDefinition, Type)
        || (node is IFieldSymbol or IPropertySymbol && node.Locations.Any(location => location.IsInSource));

    private List<HoldingMember> FindMembers()
    {
        var sitesOf = new Dictionary<ISymbol, List<StartSite>>(SymbolEqualityComparer.Default);
        foreach (var site in StartSites.Where(site => !FindResult(site).IsReleased))
        {
            // A member with a delegate starts a process when it is called. It holds none.
            foreach (var member in FindResult(site).Members.Where(member => !IsDelegate(member)))
            {
                if (!sitesOf.TryGetValue(member, out var sites))
                {
                    sitesOf[member] = sites = [];
                }

                sites.Add(site);
            }
        }

        return sitesOf.Select(pair => new HoldingMember(pair.Key, pair.Value)).ToList();
    }

    /// <summary>A call that passes a process to an own method, with the nodes that the parameter reaches.</summary>
    public sealed class PassingCall(IOperation call, HashSet<object> reached)
    {
        public IOperation Call => call;

        public HashSet<object> Reached => reached;
    }
}

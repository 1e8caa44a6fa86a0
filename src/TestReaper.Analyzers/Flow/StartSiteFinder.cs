using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds all start sites of a type. A call of an own method that starts and returns a process is a start site as well.</summary>
internal sealed class StartSiteFinder(FlowFacts facts, ValueSources sources, StartCommandReader commands, FlowOptions options)
{
    private readonly Graph _graph = facts.Graph;

    public IReadOnlyList<StartSite> Find()
    {
        var sites = new List<StartSite>(facts.StartSites);
        foreach (var (call, point) in facts.StartCalls)
        {
            sites.AddRange(FindStarted(call.Instance!, call).Select(node => new StartSite(call, node, point)));
        }

        // The list grows in the loop: a method that calls a starter and returns its result is a starter, too.
        var starters = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var next = 0; next < sites.Count; next++)
        {
            foreach (var starter in FindStarters(sites[next]).Where(starters.Add))
            {
                sites.AddRange(FindCalls(starter));
            }
        }

        ConnectResults(starters);
        return sites;
    }

    // The processes that Start may be called on, if the type creates them. A process from elsewhere is stopped elsewhere.
    private List<object> FindStarted(IOperation instance, IOperation call)
    {
        var created = sources.Find(instance).SelectMany(_graph.FindSources).Where(facts.CreatedProcesses.Contains).Distinct().ToList();
        return Lambdas.ExpectsFailure(call) || created.Any(IsShortLived) ? [] : created;
    }

    private bool IsShortLived(object created) =>
        commands.ReadCreation(created) is { } command && ShortLivedCommands.Contains(command, options.ShortLivedCommands);

    private IEnumerable<StartSite> FindCalls(ISymbol callee) => facts.Calls
        .Where(call => SymbolEqualityComparer.Default.Equals(call.Callee, callee) && !Lambdas.ExpectsFailure(call.Call))
        .Select(call => new StartSite(call.Call, call.Call, call.Point));

    // The own methods that return the process, or assign it to an out parameter, and neither store it nor wait for it.
    private IEnumerable<ISymbol> FindStarters(StartSite site)
    {
        var nodes = _graph.FindReachable(site.Node, throughMembers: false);
        var isKept = nodes.Any(Graph.IsMember) || _graph.FindEffects(nodes).Any(effect =>
            effect.Kind == EffectKind.Escapes || effect is { Kind: EffectKind.Wait, Point.IsOnFailurePath: false });
        if (isKept)
        {
            return [];
        }

        var returning = nodes.OfType<IMethodSymbol>().Where(method => method.MethodKind != MethodKind.AnonymousFunction);
        var assigning = nodes.OfType<IParameterSymbol>()
            .Where(parameter => parameter.RefKind == RefKind.Out)
            .Select(parameter => parameter.ContainingSymbol)
            .OfType<IMethodSymbol>();
        return returning.Concat(assigning).Select(method => method.OriginalDefinition);
    }

    // The result of any other own method is what the method was given. A starter's calls are start sites of their own.
    private void ConnectResults(HashSet<ISymbol> starters)
    {
        foreach (var (callee, call, _) in facts.Calls.Where(call => !starters.Contains(call.Callee)))
        {
            _graph.Connect(callee, call);
        }

        foreach (var (_, parameter, target) in facts.OutFlows.Where(flow => !starters.Contains(flow.Callee)))
        {
            _graph.Connect(parameter, target);
        }
    }
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the processes of ours: starts, and calls of own methods that return one they started.</summary>
internal static class OriginFinder
{
    public static IReadOnlyList<Origin> Find(Collector collector, FlowOptions options)
    {
        var origins = new List<Origin>(collector.Started);
        var graph = collector.Graph;
        foreach (var (call, place) in collector.StartCalls)
        {
            // What is started was made here; a parameter was made, and is stopped, by somebody else.
            var made = collector.NodesOf(call.Instance!).SelectMany(graph.To).Where(collector.Unstarted.Contains).Distinct().ToList();
            if (made.Count > 0 && !Lambdas.ExpectsFailure(call) && !made.Any(node => collector.CommandOf(node) is { } command && Commands.IsShortLived(command, options.ShortLivedCommands)))
            {
                origins.AddRange(made.Select(node => new Origin(call, node, place)));
            }
        }

        var starters = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var next = 0; next < origins.Count; next++)
        {
            foreach (var starter in Starters(origins[next], graph).Where(starters.Add))
            {
                origins.AddRange(collector.Calls.Where(call => SymbolEqualityComparer.Default.Equals(call.Callee, starter) && !Lambdas.ExpectsFailure(call.Call)).Select(call => new Origin(call.Call, call.Call, call.Place)));
            }
        }

        foreach (var (callee, call, _) in collector.Calls.Where(call => !starters.Contains(call.Callee)))
        {
            graph.Connect(callee, call);
        }

        foreach (var (_, parameter, target) in collector.OutFlows.Where(flow => !starters.Contains(flow.Callee)))
        {
            graph.Connect(parameter, target);
        }

        return origins;
    }

    private static IEnumerable<ISymbol> Starters(Origin origin, Graph graph)
    {
        var nodes = graph.From(origin.Node, throughMembers: false);
        return nodes.Any(Graph.IsMember) || graph.EffectsOn(nodes).Any(effect => effect.Kind == EffectKind.PassOn || effect is { Kind: EffectKind.Wait, Place.IsGuard: false })
            ? []
            : nodes.OfType<IMethodSymbol>().Where(method => method.MethodKind != MethodKind.AnonymousFunction)
                .Concat(nodes.OfType<IParameterSymbol>().Where(parameter => parameter.RefKind == RefKind.Out).Select(parameter => parameter.ContainingSymbol as IMethodSymbol).OfType<IMethodSymbol>())
                .Select(method => method.OriginalDefinition);
    }
}

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
        foreach (var start in facts.StartCalls)
        {
            var (call, point) = (start.Call, start.Point);
            sites.AddRange(FindStarted(call.Instance!, call, point)
                .Select(node => new StartSite(call, node, point, commands.ReadInstance(call.Instance!, node))));
        }

        // The list grows in the loop: a method that calls a starter and returns its result is a starter, too.
        var starters = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var next = 0; next < sites.Count; next++)
        {
            foreach (var starter in FindStarters(sites[next]).Where(starters.Add))
            {
                sites.AddRange(FindCalls(starter, sites[next].Command));
            }
        }

        ConnectResults(starters);
        return sites;
    }

    // The processes that Start may be called on, if the type creates them. A process from elsewhere is stopped elsewhere.
    private List<object> FindStarted(IOperation instance, IOperation call, ProgramPoint point)
    {
        var created = sources.Find(instance).SelectMany(_graph.FindSources).Where(facts.CreatedProcesses.Contains).Distinct().ToList();
        return ExpectedFailures.Contain(call, point.Function) || created.Any(node => IsShortLived(instance, node)) ? [] : created;
    }

    private bool IsShortLived(IOperation instance, object created) =>
        commands.ReadInstance(instance, created) is { } command && ShortLivedCommands.Contains(command, options.ShortLivedCommands);

    private IEnumerable<StartSite> FindCalls(ISymbol callee, StartCommand? command) => facts.Calls
        .Where(call => SymbolEqualityComparer.Default.Equals(call.Callee, callee))
        .Where(call => !ExpectedFailures.Contain(call.Call, call.Point.Function))
        .Select(call => new StartSite(call.Call, call.Call, call.Point, command));

    // The own methods that return the process, or assign it to an out parameter, and neither store it nor wait for it.
    private IEnumerable<ISymbol> FindStarters(StartSite site)
    {
        var nodes = _graph.FindReachable(site.Node, throughMembers: false);
        if (nodes.Any(Graph.IsMember) || _graph.FindEffects(nodes).Any(IsKept))
        {
            return [];
        }

        var returning = nodes.OfType<IMethodSymbol>()
            .Where(method => method.MethodKind != MethodKind.AnonymousFunction && ReturnsProcess(method));
        var assigning = nodes.OfType<IParameterSymbol>()
            .Where(parameter => parameter.RefKind == RefKind.Out)
            .Select(parameter => parameter.ContainingSymbol)
            .OfType<IMethodSymbol>();
        return returning.Concat(assigning).Select(method => method.OriginalDefinition);
    }

    private static bool IsKept(Effect effect) => effect
        is { Kind: EffectKind.Escapes }
        or { Kind: EffectKind.Kill, Point.IsInCallback: true }
        or { Kind: EffectKind.Wait or EffectKind.ExitRead, Point.IsOnFailurePath: false };

    // A method that returns the process as an object hands it to code that the model does not follow.
    private bool ReturnsProcess(IMethodSymbol method) => facts.Calls
        .Where(call => SymbolEqualityComparer.Default.Equals(call.Callee, method.OriginalDefinition))
        .All(call => sources.Find(call.Call).Any());

    // The result of any other own method is what the method was given. A starter's calls are start sites of their own.
    private void ConnectResults(HashSet<ISymbol> starters)
    {
        foreach (var call in facts.Calls.Where(call => !starters.Contains(call.Callee)))
        {
            _graph.Connect(call.Callee, call.Call);
        }

        foreach (var flow in facts.OutFlows.Where(flow => !starters.Contains(flow.Callee)))
        {
            _graph.Connect(flow.Parameter, flow.Target);
        }
    }
}

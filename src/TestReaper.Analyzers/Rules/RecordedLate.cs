using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>
/// TR0005: something may fail between the start and the record, which is the first operation after which other code can stop the process.
/// </summary>
internal sealed class RecordedLate : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var site in model.StartSites)
        {
            var result = model.FindResult(site);
            var local = result.Nodes.OfType<ILocalSymbol>().FirstOrDefault();
            if (local is null || FindRecord(model, site, result) is not { } record)
            {
                continue;
            }

            var nodes = new HashSet<object>(model.Graph.FindReachable(site.Node, throughMembers: true).Concat(result.Nodes));
            var stops = FindStops(model, result);
            if (model.Failures.FindFirst(site.Point.Function, site.Start, record, nodes, stops.Contains) is { } failure)
            {
                var (location, advice) = (site.Start.Syntax.GetLocation(), Advise(record, result));
                report(Diagnostic.Create(Descriptors.RecordedLate, location, Failures.Describe(failure), local.Name, advice));
            }
        }
    }

    private static string Advise(int record, FlowResult result) => record != int.MaxValue && result.Members.Count > 0
        ? "record it right after its start"
        : "kill it in a catch or finally";

    private static List<IOperation> FindStops(TypeModel model, FlowResult result)
    {
        var releasing = model.FindPassingCalls(new HashSet<object>(result.Nodes))
            .Where(passing => Releases.ExistIn(model.Graph.FindEffects(passing.Reached)))
            .Select(passing => passing.Call);
        return result.Effects.Where(effect => effect.Kind is EffectKind.Kill or EffectKind.Escapes)
            .Select(effect => effect.Operation)
            .Concat(releasing)
            .ToList();
    }

    // The position of the record: a store, return, escape or kill. Null if the process has exited before it.
    private static int? FindRecord(TypeModel model, StartSite site, FlowResult result)
    {
        var effects = result.Effects
            .Where(effect => effect.Start >= site.End && !effect.Point.IsOnFailurePath && effect.IsIn(site.Point.Function))
            .Where(effect => !effect.IsLimitedWait && effect.Kind != EffectKind.Dispose)
            .Select(effect => new Record(effect.Start, effect.Kind));
        var stores = FindStores(model, site, result).Select(store => new Record(store.Syntax.SpanStart, EffectKind.Escapes));
        var passed = model.FindPassingCalls(new HashSet<object>(result.Nodes))
            .Where(passing => passing.Call.Syntax.SpanStart >= site.End)
            .SelectMany(passing => Releases.FindIn(model.Graph.FindEffects(passing.Reached))
                .Select(effect => new Record(passing.Call.Syntax.SpanStart, effect.Kind)));
        var records = effects.Concat(stores).Concat(passed).ToList();
        if (records.Count > 0 && records.All(record => record.Kind == EffectKind.Return))
        {
            // Code after a return runs only if that return was not taken, so it counts as well.
            return int.MaxValue;
        }

        Record? first = null;
        foreach (var record in records)
        {
            first = first is null || record.Start < first.Start ? record : first;
        }

        return first is null or { Kind: EffectKind.Wait or EffectKind.ExitRead } ? null : first.Start;
    }

    private static IEnumerable<IOperation> FindStores(TypeModel model, StartSite site, FlowResult result)
    {
        var nodes = new HashSet<object>(result.Nodes);
        var assignments = model.Steps.Select(step => step.Operation)
            .Where(operation => operation.Syntax.SpanStart >= site.End && operation.Syntax.SyntaxTree == site.Start.Syntax.SyntaxTree)
            .Where(operation => FindStored(model, operation) is { } value
                && !NonEscapingCalls.Contains(operation)
                && model.FindSources(value).Any(nodes.Contains));
        var calls = model.FindPassingCalls(nodes)
            .Where(passing => passing.Call.Syntax.SpanStart >= site.End && passing.Reached.Any(Graph.IsMember))
            .Select(passing => passing.Call);
        return assignments.Concat(calls);
    }

    // _server = process; _all[0] = process; _all.Add(process)
    private static IOperation? FindStored(TypeModel model, IOperation operation) => operation switch
    {
        ISimpleAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation } assignment => assignment.Value,
        IInvocationOperation { Arguments.Length: > 0 } call when model.Cache.HolderTypes.CanHold(call.Instance?.Type) =>
            call.Arguments[call.Arguments.Length - 1].Value,
        _ => null,
    };

    private sealed class Record(int start, EffectKind kind)
    {
        public int Start => start;

        public EffectKind Kind => kind;
    }
}

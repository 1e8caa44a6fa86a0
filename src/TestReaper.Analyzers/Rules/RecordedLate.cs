using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0005: something may fail between the start and the moment from which somebody can stop the process.</summary>
internal sealed class RecordedLate : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var origin in model.Origins)
        {
            var fate = model.FateOf(origin);
            var local = fate.Nodes.OfType<ILocalSymbol>().FirstOrDefault();
            if (local is null || Record(model, origin, fate) is not { } record)
            {
                continue;
            }

            var nodes = new HashSet<object>(model.Graph.From(origin.Node, throughMembers: true).Concat(fate.Nodes));
            var kills = fate.Effects.Where(effect => effect.Kind is EffectKind.Kill or EffectKind.PassOn).Select(effect => effect.Operation)
                .Concat(model.Handings(new HashSet<object>(fate.Nodes)).Where(handing => model.Graph.EffectsOn(handing.Reached).Any(effect => effect.IsRelease)).Select(handing => handing.Call)).ToList();
            if (model.Failures.First(origin.Place.Function, origin.End, record, nodes, operation => kills.Contains(operation)) is { } failure)
            {
                report(Diagnostic.Create(Descriptors.RecordedLate, origin.Start.Syntax.GetLocation(), Words(failure), local.Name));
            }
        }
    }

    // Where the process is stored, returned, passed on or killed first; null if it ends by itself before that.
    private static int? Record(TypeModel model, Origin origin, Fate fate)
    {
        var here = fate.Effects.Where(effect => effect.Start >= origin.End && !effect.Place.IsGuard && SymbolEqualityComparer.Default.Equals(effect.Place.Function, origin.Place.Function)).OrderBy(effect => effect.Start).ToList();
        var handed = model.Handings(new HashSet<object>(fate.Nodes)).Where(handing => handing.Call.Syntax.SpanStart >= origin.End)
            .SelectMany(handing => model.Graph.EffectsOn(handing.Reached).Where(effect => effect.IsRelease).Select(effect => (Start: (int?)handing.Call.Syntax.SpanStart, effect.Kind)));
        var stored = Stores(model, origin, fate).Select(store => (Start: (int?)store.Syntax.SpanStart, Kind: EffectKind.PassOn));
        var records = here.Where(effect => effect.Kind is EffectKind.Return or EffectKind.PassOn or EffectKind.Kill or EffectKind.Wait).Select(effect => (Start: (int?)effect.Start, effect.Kind)).Concat(stored).Concat(handed).OrderBy(record => record.Start).ToList();
        if (records.Count > 0 && records.All(record => record.Kind == EffectKind.Return))
        {
            // Who comes to what follows a return did not return it.
            return int.MaxValue;
        }

        var first = records.FirstOrDefault();
        return first.Kind == EffectKind.Wait ? null : first.Start;
    }

    private static IEnumerable<IOperation> Stores(TypeModel model, Origin origin, Fate fate)
    {
        var locals = new HashSet<object>(fate.Nodes);
        foreach (var operation in model.Steps.Select(step => step.Operation).Where(operation => operation.Syntax.SpanStart >= origin.End && operation.Syntax.SyntaxTree == origin.Start.Syntax.SyntaxTree))
        {
            var value = operation switch
            {
                ISimpleAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation } assignment => assignment.Value,
                IInvocationOperation { Arguments.Length: > 0 } call when model.Known.Carriers.Carries(call.Instance?.Type) => call.Arguments[call.Arguments.Length - 1].Value,
                _ => null,
            };
            if (value is not null && !Neutral.Is(operation) && model.SourcesOf(value).Any(locals.Contains))
            {
                yield return operation;
            }
        }

        foreach (var (call, reached) in model.Handings(locals).Where(handing => handing.Call.Syntax.SpanStart >= origin.End && handing.Reached.Any(Graph.IsMember)))
        {
            yield return call;
        }
    }

    private static string Words(IOperation failure) => failure switch
    {
        IAwaitOperation => "the await",
        IThrowOperation => "the check",
        IInvocationOperation call => $"{call.TargetMethod.Name}()",
        _ => "what follows",
    };
}

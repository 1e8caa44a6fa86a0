using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <content>Where arguments go.</content>
internal sealed partial class Collector
{
    private void Pass(IOperation call, IMethodSymbol method, IOperation? receiver, IEnumerable<IArgumentOperation> arguments)
    {
        var given = arguments.Where(argument => carriers.Carries(argument.Value.Type) || argument.Value is IDelegateCreationOperation or IAnonymousFunctionOperation).ToList();
        var holders = new List<object>();
        if (receiver is not null && carriers.Carries(receiver.Type) && !carriers.IsProcess(receiver.Type))
        {
            holders.AddRange(_sources.Of(receiver));
        }

        var data = given.Where(argument => Delegate(argument) is null).ToList();
        var hands = given.Select(Delegate).OfType<IOperation>().ToList();
        var isSystem = method.IsInOutermost("System");
        var elements = holders.Concat(isSystem ? data.SelectMany(argument => _sources.Of(argument.Value)) : []).ToList();
        foreach (var hand in hands)
        {
            PassTo(hand, elements, call);
        }

        foreach (var argument in data)
        {
            PassOne(call, method, argument, holders, isSystem, hands.Count > 0);
        }

        if (method.Name is "GetOrAdd" or "AddOrUpdate")
        {
            foreach (var (made, holder) in hands.SelectMany(_sources.Of).SelectMany(made => holders.Select(holder => (made, holder))))
            {
                Graph.Connect(made, holder);
            }
        }

        if (carriers.Carries(call.Type))
        {
            foreach (var node in holders.Concat(hands.SelectMany(_sources.Of)))
            {
                Graph.Connect(node, call);
            }
        }
    }

    private void PassOne(IOperation call, IMethodSymbol method, IArgumentOperation argument, List<object> holders, bool isSystem, bool hasHands)
    {
        var nodes = _sources.Of(argument.Value).ToList();
        var parameter = argument.Parameter;
        if (parameter is { RefKind: RefKind.Out } && !IsOwn(method))
        {
            // bag.TryTake(out var process)
            foreach (var (holder, node) in holders.SelectMany(holder => nodes.Select(node => (holder, node))))
            {
                Graph.Connect(holder, node);
            }
        }
        else if (IsOwn(method) && parameter is not null && !type.IsRecord)
        {
            foreach (var node in nodes)
            {
                Graph.Connect(node, parameter.OriginalDefinition);
                if (parameter.RefKind is RefKind.Out or RefKind.Ref)
                {
                    OutFlows.Add((method.OriginalDefinition, parameter.OriginalDefinition, node));
                    Graph.Connect(call, node);
                }
            }
        }
        else if (holders.Count > 0 && method.MethodKind != MethodKind.DelegateInvoke)
        {
            // list.Add(process), and a helper of a collection that is asked for one of its own
            holders.ForEach(holder => nodes.ForEach(node => Graph.Connect(node, holder)));
        }
        else if (Neutral.Is(call) || isSystem && (carriers.Carries(call.Type) || hasHands))
        {
            nodes.ForEach(node => Graph.Connect(node, call));
            if (parameter is { RefKind: RefKind.Ref } && call is IInvocationOperation exchange)
            {
                // Interlocked.Exchange(ref _process, process)
                foreach (var other in exchange.Arguments.Where(other => !ReferenceEquals(other, argument)).SelectMany(other => _sources.Of(other.Value)))
                {
                    nodes.ForEach(node => Graph.Connect(other, node));
                }
            }
        }
        else if (!SourceGlance.OnlyLooks(method, parameter))
        {
            nodes.ForEach(node => Graph.Mark(node, new Effect(EffectKind.PassOn, call, PlaceOf(call))));
            if (carriers.Carries(call.Type) && !Started.Any(origin => ReferenceEquals(origin.Node, call)))
            {
                nodes.ForEach(node => Graph.Connect(node, call));
            }
        }
        else if (carriers.Carries(call.Type))
        {
            nodes.ForEach(node => Graph.Connect(node, call));
        }
    }

    // What a lambda or a method group gets handed: list.ForEach(process => ...), list.ForEach(Stop).
    private void PassTo(IOperation hand, List<object> elements, IOperation call)
    {
        var target = hand is IAnonymousFunctionOperation lambda ? lambda.Symbol : ((IMethodReferenceOperation)hand).Method;
        if (hand is IMethodReferenceOperation && !IsOwn(target))
        {
            elements.ForEach(node => Graph.Mark(node, new Effect(EffectKind.PassOn, call, PlaceOf(call))));
            return;
        }

        if (hand is IMethodReferenceOperation)
        {
            Calls.Add((target.OriginalDefinition, call, PlaceOf(call)));
        }

        foreach (var parameter in target.OriginalDefinition.Parameters.Where(parameter => carriers.Carries(parameter.Type)))
        {
            elements.ForEach(node => Graph.Connect(node, parameter));
        }

        if (!carriers.Carries(call.Type))
        {
            Graph.Mark(hand is IAnonymousFunctionOperation inline ? inline.Symbol : target.OriginalDefinition, new Effect(EffectKind.PassOn, call, PlaceOf(call)));
        }
    }

    private static IOperation? Delegate(IArgumentOperation argument)
    {
        var value = argument.Value;
        while (value is IDelegateCreationOperation or IConversionOperation)
        {
            value = value is IDelegateCreationOperation creation ? creation.Target : ((IConversionOperation)value).Operand;
        }

        return value is IAnonymousFunctionOperation or IMethodReferenceOperation ? value : null;
    }
}

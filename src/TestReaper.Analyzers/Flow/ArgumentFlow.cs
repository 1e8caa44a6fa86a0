using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Records where the arguments of a call go: to a parameter, into a collection, to a delegate, or out of sight.</summary>
internal sealed class ArgumentFlow(FlowRecorder recorder)
{
    private readonly ProcessHolderTypes _holderTypes = recorder.HolderTypes;
    private readonly Graph _graph = recorder.Graph;

    public void Visit(IOperation call, IMethodSymbol method, IOperation? receiver, ImmutableArray<IArgumentOperation> arguments)
    {
        var relevant = arguments.Where(IsRelevant).ToList();
        var values = relevant.Where(argument => FindFunction(argument) is null).ToList();
        var functions = relevant.Select(FindFunction).OfType<IOperation>().ToList();
        var context = new CallContext(call, method, FindHolders(receiver), functions.Count > 0);

        var elements = context.Holders.ToList();
        if (context.IsSystem)
        {
            elements.AddRange(values.SelectMany(argument => recorder.SourcesOf(argument.Value)));
        }

        functions.ForEach(function => PassToFunction(function, elements, call));
        values.ForEach(argument => PassValue(context, argument));

        var results = functions.SelectMany(recorder.SourcesOf).ToList();
        if (method.Name is "GetOrAdd" or "AddOrUpdate")
        {
            ConnectAll(results, context.Holders);
        }

        if (_holderTypes.CanHold(call.Type))
        {
            ConnectAll(context.Holders.Concat(results), [call]);
        }
    }

    private bool IsRelevant(IArgumentOperation argument) =>
        _holderTypes.CanHold(argument.Value) || argument.Value is IDelegateCreationOperation or IAnonymousFunctionOperation;

    // The collections that the receiver may be.
    private List<object> FindHolders(IOperation? receiver) =>
        receiver is not null && _holderTypes.CanHold(receiver.Type) && !_holderTypes.IsProcess(receiver.Type)
            ? recorder.SourcesOf(receiver).ToList()
            : [];

    private void PassValue(CallContext context, IArgumentOperation argument)
    {
        var nodes = recorder.SourcesOf(argument.Value).ToList();
        var parameter = argument.Parameter;
        var (call, method) = (context.Call, context.Method);
        if (parameter is { RefKind: RefKind.Out } && !recorder.IsOwn(method))
        {
            // bag.TryTake(out var process)
            ConnectAll(context.Holders, nodes);
        }
        else if (recorder.IsOwn(method) && parameter is not null && !recorder.Type.IsRecord)
        {
            PassToOwnMethod(context, parameter, nodes);
        }
        else if (context.Holders.Count > 0 && method.MethodKind != MethodKind.DelegateInvoke)
        {
            // list.Add(process), or a method of a collection that takes one of its own elements
            ConnectAll(nodes, context.Holders);
        }
        else if (NonEscapingCalls.Contains(call) || (context.IsSystem && (_holderTypes.CanHold(call.Type) || context.HasFunctions)))
        {
            ConnectAll(nodes, [call]);
            if (parameter is { RefKind: RefKind.Ref } && call is IInvocationOperation exchange)
            {
                // Interlocked.Exchange(ref _process, process)
                var others = exchange.Arguments.Where(other => !ReferenceEquals(other, argument));
                ConnectAll(others.SelectMany(other => recorder.SourcesOf(other.Value)), nodes);
            }
        }
        else
        {
            PassToOtherMethod(context, parameter, nodes);
        }
    }

    private void PassToOwnMethod(CallContext context, IParameterSymbol parameter, List<object> nodes)
    {
        foreach (var node in nodes)
        {
            _graph.Connect(node, parameter.OriginalDefinition);
            if (parameter.RefKind is RefKind.Out or RefKind.Ref)
            {
                recorder.Facts.OutFlows.Add(new FlowFacts.OutFlow(context.Method.OriginalDefinition, parameter.OriginalDefinition, node));
                _graph.Connect(context.Call, node);
            }
        }
    }

    private void PassToOtherMethod(CallContext context, IParameterSymbol? parameter, List<object> nodes)
    {
        var call = context.Call;
        var onlyReads = SyntaxSummary.OnlyReads(context.Method, parameter);
        if (!onlyReads || SyntaxSummary.WaitsLimited(context.Method, parameter!))
        {
            var kind = onlyReads ? EffectKind.ObservedWait : EffectKind.Escapes;
            nodes.ForEach(node => _graph.Mark(node, recorder.CreateEffect(kind, call)));
        }

        if (_holderTypes.CanHold(call.Type) && (onlyReads || !IsStartSite(call)))
        {
            ConnectAll(nodes, [call]);
        }
    }

    private bool IsStartSite(IOperation call) => recorder.Facts.StartSites.Any(site => ReferenceEquals(site.Node, call));

    // What a lambda or method group receives: list.ForEach(process => ...), list.ForEach(Stop).
    private void PassToFunction(IOperation function, List<object> elements, IOperation call)
    {
        var lambda = function as IAnonymousFunctionOperation;
        var target = lambda is not null ? lambda.Symbol : ((IMethodReferenceOperation)function).Method;
        if (lambda is null && !recorder.IsOwn(target))
        {
            elements.ForEach(node => _graph.Mark(node, recorder.CreateEffect(EffectKind.Escapes, call)));
            return;
        }

        if (lambda is null)
        {
            recorder.AddCall(target, call);
        }

        foreach (var parameter in target.OriginalDefinition.Parameters.Where(parameter => _holderTypes.CanHold(parameter.Type)))
        {
            ConnectAll(elements, [parameter]);
        }

        if (!_holderTypes.CanHold(call.Type))
        {
            _graph.Mark(lambda?.Symbol ?? target.OriginalDefinition, recorder.CreateEffect(EffectKind.Escapes, call));
        }
    }

    private void ConnectAll(IEnumerable<object> from, IReadOnlyCollection<object> to)
    {
        foreach (var node in from)
        {
            foreach (var target in to)
            {
                _graph.Connect(node, target);
            }
        }
    }

    private static IOperation? FindFunction(IArgumentOperation argument)
    {
        var value = argument.Value;
        while (value is IDelegateCreationOperation or IConversionOperation)
        {
            value = value is IDelegateCreationOperation creation ? creation.Target : ((IConversionOperation)value).Operand;
        }

        return value is IAnonymousFunctionOperation or IMethodReferenceOperation ? value : null;
    }

    private sealed class CallContext(IOperation call, IMethodSymbol method, List<object> holders, bool hasFunctions)
    {
        public IOperation Call => call;

        public IMethodSymbol Method => method;

        public List<object> Holders => holders;

        public bool HasFunctions => hasFunctions;

        public bool IsSystem { get; } = method.IsInOutermostNamespace("System");
    }
}

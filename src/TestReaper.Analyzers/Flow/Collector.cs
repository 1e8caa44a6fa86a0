using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Walks all code of one type once and draws the graph of its processes.</summary>
internal sealed partial class Collector(INamedTypeSymbol type, Carriers carriers, FlowOptions options)
{
    private readonly Sources _sources = new(carriers);
    private readonly Dictionary<ILocalSymbol, StartCommand> _startInfos = new(SymbolEqualityComparer.Default);
    private readonly List<(ISymbol Owner, IOperation Block)> _blocks = [];
    private readonly HashSet<ISymbol> _handlers = new(SymbolEqualityComparer.Default);
    private ISymbol _owner = type;

    public Graph Graph { get; } = new();

    /// <summary>The places where a process surely starts: Process.Start, and source methods of other types that do it.</summary>
    public List<Origin> Started { get; } = [];

    /// <summary>Every <c>new Process</c>, ours once somebody calls Start on it.</summary>
    public HashSet<object> Unstarted { get; } = [];

    /// <summary>The calls of Start on an instance.</summary>
    public List<(IInvocationOperation Call, Place Place)> StartCalls { get; } = [];

    /// <summary>What GetProcessById and its like return.</summary>
    public HashSet<object> Foreign { get; } = [];

    /// <summary>The calls of the type's own methods.</summary>
    public List<(ISymbol Callee, IOperation Call, Place Place)> Calls { get; } = [];

    /// <summary>What own methods give back by parameters.</summary>
    public List<(ISymbol Callee, object Parameter, object Target)> OutFlows { get; } = [];

    /// <summary>The own methods that somebody keeps as a delegate.</summary>
    public HashSet<ISymbol> HandedOut { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The calls, awaits, throws, assignments and reads of properties, in order: what rules look for between two places.</summary>
    public List<(IOperation Operation, ISymbol Owner)> Steps { get; } = [];

    public IEnumerable<object> NodesOf(IOperation operation) => _sources.Of(operation);

    public void Walk(IOperation block, ISymbol owner)
    {
        _owner = owner;
        _blocks.Add((owner, block));
        if (owner is IFieldSymbol or IPropertySymbol && block is ISymbolInitializerOperation initializer)
        {
            Flow(initializer.Value, owner.OriginalDefinition);
        }

        foreach (var operation in block.DescendantsAndSelf())
        {
            if (operation is IInvocationOperation or IAwaitOperation or IThrowOperation or ISimpleAssignmentOperation or IPropertyReferenceOperation or IReturnOperation { IsImplicit: false })
            {
                Steps.Add((operation, owner));
            }

            Visit(operation);
        }
    }

    private void Visit(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                VisitCall(call);
                break;
            case IObjectCreationOperation creation:
                VisitCreation(creation);
                break;
            case IPropertyReferenceOperation property when carriers.IsProcess(property.Instance?.Type):
                Mark(property.Instance!, ProcessUse.OfProperty(property), property);
                break;
            case IMethodReferenceOperation method when IsOwn(method.Method) && IsKept(method):
                HandedOut.Add(method.Method.OriginalDefinition);
                if (method.Parent is IDelegateCreationOperation { Parent: IEventAssignmentOperation })
                {
                    _handlers.Add(method.Method.OriginalDefinition);
                }

                break;
            case IVariableDeclaratorOperation { Initializer: { } value } declarator:
                VisitDeclarator(declarator, value);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                VisitDeconstruction(deconstruction);
                break;
            case ICompoundAssignmentOperation:
                break;
            case IEventAssignmentOperation { EventReference: IEventReferenceOperation { Event.Name: "Exited", Instance: { } instance }, HandlerValue: { } handler } when Background.Signals(handler):
                Mark(instance, EffectKind.Wait, operation);
                break;
            case IAssignmentOperation assignment:
                VisitAssignment(assignment);
                break;
            case IReturnOperation { ReturnedValue: { } returned } @return when carriers.Carries(returned.Type):
                VisitReturn(@return, returned);
                break;
            case IForEachLoopOperation loop:
                foreach (var local in loop.Locals.Where(local => carriers.Carries(local.Type)))
                {
                    Flow(loop.Collection, local);
                }

                break;
            case IIsPatternOperation { Value: { } value, Pattern: { } pattern }:
                VisitPattern(value, pattern);
                break;
            case ISwitchOperation { Value: { } value } @switch:
                VisitPattern(value, @switch);
                break;
            case ISwitchExpressionOperation { Value: { } value } @switch:
                VisitPattern(value, @switch);
                break;
            case IInvalidOperation:
                // Code that does not compile yet may do anything to what it mentions.
                foreach (var mentioned in operation.ChildOperations.Where(child => carriers.Carries(child.Type)))
                {
                    Mark(mentioned, EffectKind.PassOn, operation);
                }

                break;
            case IUsingOperation { Resources: { } resources } when resources is not IVariableDeclarationGroupOperation:
                Mark(resources, EffectKind.Dispose, operation);
                break;
        }
    }

    /// <summary>Once all is walked: what waits in methods that run beside the tests waits for nobody.</summary>
    public void Finish()
    {
        var calls = Calls.ToLookup(call => call.Callee, (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);
        foreach (var (owner, block) in _blocks)
        {
            if (owner is IMethodSymbol { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary }
                && (calls.Contains(owner) ? calls[owner].All(call => Background.IsLeftAlone(call.Call)) && !HandedOut.Contains(owner) : _handlers.Contains(owner)) && !Background.Signals(block))
            {
                Graph.Forget(effect => effect.Kind == EffectKind.Wait && SymbolEqualityComparer.Default.Equals(effect.Place.Function, owner));
            }
        }
    }

    private Place PlaceOf(IOperation operation) => Place.Of(operation, _owner);

    private void Mark(IOperation holder, EffectKind? kind, IOperation operation)
    {
        if (kind is { } known && !(known == EffectKind.Wait && Background.Holds(operation)))
        {
            foreach (var node in _sources.Of(holder))
            {
                Graph.Mark(node, new Effect(known, operation, PlaceOf(operation)));
            }
        }
    }

    private void Flow(IOperation value, object target)
    {
        foreach (var node in _sources.Of(value))
        {
            Graph.Connect(node, target);
        }
    }

    private bool IsOwn(IMethodSymbol method) =>
        method.MethodKind == MethodKind.LocalFunction
        || SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, type) && !method.IsAbstract && !method.IsExtern && !method.IsImplicitlyDeclared;

    private static bool IsKept(IMethodReferenceOperation method)
    {
        var parent = method.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent is not IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "ForEach" or "Select" or "ForEachAsync" } };
    }
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Walks all code of one type once and dispatches each operation to the class that records it.</summary>
internal sealed class TypeWalker
{
    private readonly FlowRecorder _recorder;
    private readonly ValueFlow _values;
    private readonly CallFlow _calls;
    private readonly List<OwnedOperation> _blocks = [];
    private readonly HashSet<ISymbol> _eventHandlers = new(SymbolEqualityComparer.Default);

    public TypeWalker(INamedTypeSymbol type, ProcessHolderTypes holderTypes, FlowOptions options)
    {
        _recorder = new FlowRecorder(type, holderTypes);
        _values = new ValueFlow(_recorder, Commands);
        _calls = new CallFlow(_recorder, Commands, options);
    }

    public FlowFacts Facts => _recorder.Facts;

    public StartCommandReader Commands { get; } = new();

    public void Walk(OwnedOperation block)
    {
        var owner = block.Owner;
        _recorder.Owner = owner;
        _blocks.Add(block);
        if (owner is IFieldSymbol or IPropertySymbol && block.Operation is ISymbolInitializerOperation initializer)
        {
            VisitInitializer(owner, initializer.Value);
            Commands.ReadDeclaration(owner.OriginalDefinition, initializer.Value);
        }

        foreach (var operation in block.Operation.DescendantsAndSelf())
        {
            if (IsStep(operation))
            {
                Facts.Steps.Add(new OwnedOperation(operation, owner));
            }

            Visit(operation);
        }
    }

    /// <summary>Removes the waits of private methods that only run in the background. Needs the calls of all blocks.</summary>
    public void RemoveBackgroundWaits()
    {
        var calls = Facts.Calls.ToLookup(call => call.Callee, (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default);
        foreach (var block in _blocks)
        {
            var owner = block.Owner;
            if (owner is IMethodSymbol { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary }
                && RunsOnlyInBackground(owner, calls) && !BackgroundCode.SignalsCompletion(block.Operation))
            {
                Facts.Graph.RemoveEffects(effect =>
                    effect.Kind is EffectKind.Wait or EffectKind.ExitRead && effect.IsIn(owner));
            }
        }
    }

    private bool RunsOnlyInBackground(ISymbol method, ILookup<ISymbol, OwnCall> calls) =>
        calls.Contains(method)
            ? calls[method].All(call => BackgroundCode.IsDetached(call.Call)) && !Facts.StoredMethods.Contains(method)
            : _eventHandlers.Contains(method);

    private static bool IsStep(IOperation operation) => operation
        is IInvocationOperation or IAwaitOperation or IThrowOperation or ISimpleAssignmentOperation
        or IPropertyReferenceOperation or IReturnOperation { IsImplicit: false };

    private void Visit(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                _calls.VisitCall(call);
                break;
            case IObjectCreationOperation creation:
                _calls.VisitCreation(creation);
                break;
            case IPropertyReferenceOperation property when _recorder.HolderTypes.IsProcess(property.Instance?.Type):
                _recorder.Mark(property.Instance!, ProcessUse.ReadProperty(property), property);
                break;
            case IMethodReferenceOperation method when _recorder.IsOwn(method.Method) && IsStored(method):
                AddStored(method);
                break;
            case ICompoundAssignmentOperation:
                break;
            case IEventAssignmentOperation subscription:
                VisitSubscription(subscription);
                break;
            case IInvalidOperation:
                // Code that does not compile may do anything with the processes in it.
                foreach (var mentioned in operation.ChildOperations.Where(child => _recorder.HolderTypes.CanHold(child.Type)))
                {
                    _recorder.Mark(mentioned, EffectKind.Escapes, operation);
                }

                break;
            case IUsingOperation { Resources: { } resources } when resources is not IVariableDeclarationGroupOperation:
                _recorder.Mark(resources, EffectKind.Dispose, operation);
                break;
            default:
                _values.Visit(operation);
                break;
        }
    }

    // What a member of type object or IDisposable holds is not followed.
    private void VisitInitializer(ISymbol member, IOperation value)
    {
        if (_recorder.HolderTypes.CanHold((member as IFieldSymbol)?.Type ?? (member as IPropertySymbol)?.Type))
        {
            _recorder.Connect(value, member.OriginalDefinition);
        }
        else if (_recorder.HolderTypes.CanHold(value))
        {
            _recorder.Mark(value, EffectKind.Escapes, value);
        }
    }

    // process.Exited += (_, _) => done.SetResult()
    private void VisitSubscription(IEventAssignmentOperation subscription)
    {
        if (subscription.EventReference is IEventReferenceOperation { Event.Name: "Exited", Instance: { } process }
            && BackgroundCode.SignalsCompletion(subscription.HandlerValue))
        {
            var (kind, wait) = SignalWaits.Read(subscription);
            _recorder.Mark(process, kind, wait);
        }
    }

    private void AddStored(IMethodReferenceOperation method)
    {
        Facts.StoredMethods.Add(method.Method.OriginalDefinition);
        if (method.Parent is IDelegateCreationOperation { Parent: IEventAssignmentOperation })
        {
            _eventHandlers.Add(method.Method.OriginalDefinition);
        }
    }

    private static bool IsStored(IMethodReferenceOperation method)
    {
        var consumer = method.Ancestors().FirstOrDefault(parent => parent is not (IDelegateCreationOperation or IConversionOperation));
        return consumer is not IArgumentOperation
        {
            Parent: IInvocationOperation { TargetMethod.Name: "ForEach" or "Select" or "ForEachAsync" },
        };
    }
}

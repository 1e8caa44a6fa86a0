using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Records where values go: declarations, assignments, deconstructions, loops, patterns and returns.</summary>
internal sealed class ValueFlow(FlowRecorder recorder, StartCommandReader commands)
{
    private readonly ProcessHolderTypes _holderTypes = recorder.HolderTypes;

    public void Visit(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Initializer: { } value } declarator:
                VisitDeclarator(declarator, value);
                break;
            case IDeconstructionAssignmentOperation deconstruction:
                VisitDeconstruction(deconstruction);
                break;
            case IAssignmentOperation assignment:
                VisitAssignment(assignment);
                break;
            case IReturnOperation { ReturnedValue: { } returned } @return when _holderTypes.CanHold(returned):
                VisitReturn(@return, returned);
                break;
            case IForEachLoopOperation loop:
                foreach (var local in loop.Locals.Where(local => _holderTypes.CanHold(local.Type)))
                {
                    recorder.Connect(loop.Collection, local);
                }

                break;
            case IIsPatternOperation { Value: { } value, Pattern: { } pattern }:
                VisitPatterns(value, pattern);
                break;
            case ISwitchOperation { Value: { } value } @switch:
                VisitPatterns(value, @switch);
                break;
            case ISwitchExpressionOperation { Value: { } value } @switch:
                VisitPatterns(value, @switch);
                break;
        }
    }

    private void VisitDeclarator(IVariableDeclaratorOperation declarator, IVariableInitializerOperation value)
    {
        var local = declarator.Symbol;
        if (_holderTypes.CanHold(local.Type) || _holderTypes.CanHold(value.Value) || ValueSources.IsStream(local.Type))
        {
            recorder.Connect(value.Value, local);
            if (declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation
                && !ValueSources.IsStream(local.Type))
            {
                recorder.Graph.Mark(local, recorder.CreateEffect(EffectKind.Dispose, declarator));
            }
        }
        else
        {
            commands.ReadDeclaration(local, value.Value);
        }
    }

    private void VisitAssignment(IAssignmentOperation assignment)
    {
        commands.ReadAssignment(assignment);
        if (!_holderTypes.CanHold(assignment.Value) && !_holderTypes.CanHold(assignment.Target.Type))
        {
            return;
        }

        switch (assignment.Target)
        {
            case IDiscardOperation:
                break;
            case IMemberReferenceOperation { Instance: not null } member when IsMemberOfAnother(member):
            case IMemberReferenceOperation untyped when !_holderTypes.CanHold(untyped.Type):
            case IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation:
                recorder.Mark(assignment.Value, EffectKind.Escapes, assignment);
                break;
            default:
                foreach (var target in recorder.SourcesOf(assignment.Target))
                {
                    recorder.Connect(assignment.Value, target);
                }

                if (assignment.Target is IParameterReferenceOperation { Parameter.RefKind: not RefKind.None })
                {
                    recorder.Mark(assignment.Value, EffectKind.Return, assignment);
                }

                break;
        }
    }

    private bool IsMemberOfAnother(IMemberReferenceOperation member) =>
        !IsOwnOrInherited(member.Member) && !_holderTypes.CanHold(member.Instance!.Type);

    private void VisitDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        foreach (var target in deconstruction.Target.DescendantsAndSelf())
        {
            if (_holderTypes.CanHold(target.Type) && IsVariable(target))
            {
                foreach (var node in recorder.SourcesOf(target))
                {
                    recorder.Connect(deconstruction.Value, node);
                }
            }
        }
    }

    private static bool IsVariable(IOperation target) => target
        is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation;

    private void VisitReturn(IReturnOperation operation, IOperation returned)
    {
        var function = operation.Ancestors()
            .FirstOrDefault(ancestor => ancestor is IAnonymousFunctionOperation or ILocalFunctionOperation);
        if (function is IAnonymousFunctionOperation lambda)
        {
            recorder.Connect(returned, lambda.Symbol);
            return;
        }

        var owner = recorder.PointOf(operation).Function;
        recorder.Connect(returned, owner.OriginalDefinition);
        if (owner is IMethodSymbol)
        {
            recorder.Mark(returned, EffectKind.Return, operation);
        }
    }

    private void VisitPatterns(IOperation value, IOperation patterns)
    {
        foreach (var pattern in patterns.DescendantsAndSelf())
        {
            var local = pattern switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol as ILocalSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol as ILocalSymbol,
                _ => null,
            };
            if (local is not null && _holderTypes.CanHold(local.Type))
            {
                recorder.Connect(value, local);
            }

            // holder is { Process: { } process }
            if (pattern is IPropertySubpatternOperation
                {
                    Member: IPropertyReferenceOperation property,
                    Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol named },
                }
                && _holderTypes.CanHold(property.Type) && !_holderTypes.CanHold(value.Type))
            {
                recorder.Graph.Connect(property.Property.OriginalDefinition, named);
            }
        }
    }

    private bool IsOwnOrInherited(ISymbol member) => recorder.Type.SelfAndBaseTypes()
        .Any(type => SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, member.ContainingType?.OriginalDefinition));
}

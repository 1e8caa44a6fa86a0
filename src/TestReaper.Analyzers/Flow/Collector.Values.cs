using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <content>Where values go: assignments, patterns, returns.</content>
internal sealed partial class Collector
{
    private void VisitDeclarator(IVariableDeclaratorOperation declarator, IVariableInitializerOperation value)
    {
        if (carriers.Carries(declarator.Symbol.Type) || Sources.IsStream(declarator.Symbol.Type))
        {
            Flow(value.Value, declarator.Symbol);
            if (declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation && carriers.IsProcess(declarator.Symbol.Type))
            {
                Graph.Mark(declarator.Symbol, new Effect(EffectKind.Dispose, declarator, PlaceOf(declarator)));
            }
        }
        else if (Command(value.Value) is { } command)
        {
            _startInfos[declarator.Symbol] = command;
        }
    }

    private void VisitAssignment(IAssignmentOperation assignment)
    {
        if (assignment.Target is IPropertyReferenceOperation { Property.Name: "FileName" or "Arguments", Instance: ILocalReferenceOperation info } text)
        {
            // A second value makes it anyone's guess.
            var command = _startInfos.TryGetValue(info.Local, out var known) ? known : _startInfos[info.Local] = new StartCommand(null, null);
            var constant = assignment.Value.ConstantValue.Value as string;
            _ = text.Property.Name == "FileName" ? command.FileName = constant : command.Arguments = constant;
        }

        if (!carriers.Carries(assignment.Value.Type) && !carriers.Carries(assignment.Target.Type))
        {
            return;
        }

        switch (assignment.Target)
        {
            case IDiscardOperation:
                break;
            case IMemberReferenceOperation { Instance: not null } member when !IsOwnMember(member.Member) && !carriers.Carries(member.Instance!.Type):
                Mark(assignment.Value, EffectKind.PassOn, assignment);
                break;
            case IDynamicMemberReferenceOperation or IDynamicIndexerAccessOperation:
                Mark(assignment.Value, EffectKind.PassOn, assignment);
                break;
            default:
                foreach (var target in _sources.Of(assignment.Target))
                {
                    Flow(assignment.Value, target);
                }

                if (assignment.Target is IParameterReferenceOperation { Parameter.RefKind: not RefKind.None })
                {
                    Mark(assignment.Value, EffectKind.Return, assignment);
                }

                break;
        }
    }

    private void VisitDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        foreach (var target in deconstruction.Target.DescendantsAndSelf().Where(target => carriers.Carries(target.Type) && target is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation))
        {
            foreach (var node in _sources.Of(target))
            {
                Flow(deconstruction.Value, node);
            }
        }
    }

    private void VisitReturn(IReturnOperation operation, IOperation returned)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda)
            {
                Flow(returned, lambda.Symbol);
                return;
            }

            if (parent is ILocalFunctionOperation)
            {
                break;
            }
        }

        var function = PlaceOf(operation).Function;
        Flow(returned, function.OriginalDefinition);
        if (function is IMethodSymbol)
        {
            Mark(returned, EffectKind.Return, operation);
        }
    }

    private void VisitPattern(IOperation value, IOperation pattern)
    {
        foreach (var inner in pattern.DescendantsAndSelf())
        {
            var local = inner switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol as ILocalSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol as ILocalSymbol,
                _ => null,
            };
            if (local is not null && carriers.Carries(local.Type))
            {
                Flow(value, local);
            }

            if (inner is IPropertySubpatternOperation { Member: IPropertyReferenceOperation property } && carriers.Carries(property.Type) && !carriers.Carries(value.Type) && inner is IPropertySubpatternOperation { Pattern: IRecursivePatternOperation { DeclaredSymbol: ILocalSymbol named } })
            {
                Graph.Connect(property.Property.OriginalDefinition, named);
            }
        }
    }

    private bool IsOwnMember(ISymbol member)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(at.OriginalDefinition, member.ContainingType?.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }
}

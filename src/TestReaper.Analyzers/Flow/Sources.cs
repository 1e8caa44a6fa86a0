using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Says which nodes of the graph the value of an expression can come from.</summary>
internal sealed class Sources(Carriers carriers)
{
    public IEnumerable<object> Of(IOperation? operation)
    {
        switch (operation)
        {
            case null or IThrowOperation or ILiteralOperation or IDefaultValueOperation or IInstanceReferenceOperation { ReferenceKind: not InstanceReferenceKind.ImplicitReceiver }:
                return [];
            case ILocalReferenceOperation local:
                return [local.Local];
            case IParameterReferenceOperation parameter:
                return [parameter.Parameter];
            case IMemberReferenceOperation member and (IFieldReferenceOperation or IPropertyReferenceOperation):
                return Member(member);
            case IInvocationOperation call:
                return Call(call);
            case IObjectCreationOperation creation:
                return carriers.Carries(creation.Type) ? [creation] : [];
            case IAnonymousFunctionOperation lambda:
                return [lambda.Symbol];
            case IMethodReferenceOperation method:
                return [method.Method.OriginalDefinition];
            case IAwaitOperation await:
                return Of(await.Operation);
            case IConversionOperation conversion:
                return Of(conversion.Operand);
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand);
            case IConditionalOperation condition:
                return Of(condition.WhenTrue).Concat(Of(condition.WhenFalse));
            case ICoalesceOperation coalesce:
                return Of(coalesce.Value).Concat(Of(coalesce.WhenNull));
            case IAssignmentOperation assignment:
                return Of(assignment.Target).Concat(Of(assignment.Value));
            case IConditionalAccessOperation access:
                return Of(access.WhenNotNull);
            case IConditionalAccessInstanceOperation instance:
                return Of(Accessed(instance));
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver:
                return Created(receiver) is { } created ? Of(created) : [];
            case IDeclarationExpressionOperation declaration:
                return Of(declaration.Expression);
            case ISwitchExpressionArmOperation arm:
                return Of(arm.Value);
            default:
                return operation.ChildOperations.SelectMany(Of);
        }
    }

    private static IOperation? Accessed(IConditionalAccessInstanceOperation instance)
    {
        IOperation child = instance;
        for (var parent = instance.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && ReferenceEquals(access.WhenNotNull, child))
            {
                return access.Operation;
            }
        }

        return null;
    }

    // What the braces around it fill. A member is filled by its own braces alone: to its left stands what the outer ones fill.
    private static IOperation? Created(IInstanceReferenceOperation receiver)
    {
        IOperation child = receiver;
        for (var parent = receiver.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IObjectCreationOperation creation:
                    return creation;
                case IMemberInitializerOperation member when ReferenceEquals(member.Initializer, child):
                    return member.InitializedMember;
            }
        }

        return null;
    }

    // task.Result, lazy.Value, pair.Item2, list[0] hold what their instance holds; process.StandardOutput is part of the process.
    private IEnumerable<object> Member(IMemberReferenceOperation member)
    {
        var isPart = member.Instance is { } instance && (carriers.IsProcess(instance.Type) ? IsStream(member.Type) : carriers.Carries(member.Instance.Type) && carriers.Carries(member.Type));
        return isPart ? Of(member.Instance) : carriers.Carries(member.Type) ? [member.Member.OriginalDefinition] : [];
    }

    private IEnumerable<object> Call(IInvocationOperation call)
    {
        if (!carriers.Carries(call.Type))
        {
            return call.Instance is { } reader && IsStream(reader.Type) ? Of(reader) : [];
        }

        return [call];
    }

    public static bool IsStream(ITypeSymbol? type) => type?.Name is "StreamReader" or "StreamWriter" or "TextReader" or "TextWriter" or "Stream";
}

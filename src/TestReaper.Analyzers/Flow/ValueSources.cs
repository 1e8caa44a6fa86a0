using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the graph nodes that the value of an expression can come from.</summary>
internal sealed class ValueSources(ProcessHolderTypes holderTypes)
{
    public IEnumerable<object> Find(IOperation? operation)
    {
        switch (operation)
        {
            case null or IThrowOperation or ILiteralOperation or IDefaultValueOperation:
            case IInstanceReferenceOperation { ReferenceKind: not InstanceReferenceKind.ImplicitReceiver }:
                return [];
            case ILocalReferenceOperation local:
                return [local.Local];
            case IParameterReferenceOperation parameter:
                return [parameter.Parameter];
            case IMemberReferenceOperation member and (IFieldReferenceOperation or IPropertyReferenceOperation):
                return FindMember(member);
            case IInvocationOperation call:
                return FindCall(call);
            case IObjectCreationOperation creation:
                return holderTypes.CanHold(creation.Type) ? [creation] : [];
            case IAnonymousFunctionOperation lambda:
                return [lambda.Symbol];
            case IMethodReferenceOperation method:
                return [method.Method.OriginalDefinition];
            case IAwaitOperation await:
                return Find(await.Operation);
            case IConversionOperation conversion:
                return Find(conversion.Operand);
            case IParenthesizedOperation parenthesized:
                return Find(parenthesized.Operand);
            case IConditionalOperation condition:
                return Find(condition.WhenTrue).Concat(Find(condition.WhenFalse));
            case ICoalesceOperation coalesce:
                return Find(coalesce.Value).Concat(Find(coalesce.WhenNull));
            case IAssignmentOperation assignment:
                return Find(assignment.Target).Concat(Find(assignment.Value));
            case IConditionalAccessOperation access:
                return Find(access.WhenNotNull);
            case IConditionalAccessInstanceOperation instance:
                return Find(FindAccessed(instance));
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver } receiver:
                return FindInitialized(receiver) is { } initialized ? Find(initialized) : [];
            case IDeclarationExpressionOperation declaration:
                return Find(declaration.Expression);
            case ISwitchExpressionArmOperation arm:
                return Find(arm.Value);
            default:
                return operation.ChildOperations.SelectMany(Find);
        }
    }

    public static bool IsStream(ITypeSymbol? type) =>
        type?.Name is "StreamReader" or "StreamWriter" or "TextReader" or "TextWriter" or "Stream";

    private static IOperation? FindAccessed(IConditionalAccessInstanceOperation instance) => instance.AncestorsWithChild()
        .Where(step => step.Ancestor is IConditionalAccessOperation access && ReferenceEquals(access.WhenNotNull, step.Child))
        .Select(step => ((IConditionalAccessOperation)step.Ancestor).Operation)
        .FirstOrDefault();

    // The object that an initializer fills: of a nested initializer the member, otherwise the created object. The left side of a
    // member initializer still belongs to the outer object.
    private static IOperation? FindInitialized(IInstanceReferenceOperation receiver)
    {
        foreach (var (ancestor, child) in receiver.AncestorsWithChild())
        {
            switch (ancestor)
            {
                case IObjectCreationOperation creation:
                    return creation;
                case IMemberInitializerOperation member when ReferenceEquals(member.Initializer, child):
                    return member.InitializedMember;
            }
        }

        return null;
    }

    // task.Result, lazy.Value, pair.Item2 and list[0] hold what their instance holds. process.StandardOutput is part of the process.
    private IEnumerable<object> FindMember(IMemberReferenceOperation member)
    {
        if (member.Instance is { } instance && IsPart(member, instance))
        {
            return Find(instance);
        }

        return holderTypes.CanHold(member.Type) ? [member.Member.OriginalDefinition] : [];
    }

    private bool IsPart(IMemberReferenceOperation member, IOperation instance) => holderTypes.IsProcess(instance.Type)
        ? IsStream(member.Type)
        : holderTypes.CanHold(instance.Type) && holderTypes.CanHold(member.Type);

    private IEnumerable<object> FindCall(IInvocationOperation call)
    {
        if (holderTypes.CanHold(call.Type))
        {
            return [call];
        }

        return call.Instance is { } reader && IsStream(reader.Type) ? Find(reader) : [];
    }
}

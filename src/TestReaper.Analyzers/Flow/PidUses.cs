using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Follows what identifies a process, such as its pid, to code that may stop the process by it.</summary>
internal static class PidUses
{
    private const int MaxDepth = 12;

    /// <summary>Whether the value may be used to stop the process. A value that is only compared, shown or logged is not.</summary>
    public static bool MayStop(IPropertyReferenceOperation identity) => MayStop(identity, identity.Property.Name == "ProcessName", 0);

    private static bool MayStop(IOperation value, bool isName, int depth)
    {
        if (depth > MaxDepth || value.Parent is not { } user)
        {
            return true;
        }

        switch (user)
        {
            case IConversionOperation or IParenthesizedOperation or IConditionalAccessOperation or ICoalesceOperation:
            case IInterpolationOperation or IInterpolatedStringOperation or ITupleOperation or IArrayInitializerOperation:
            case IArrayCreationOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.Add }:
            case IConditionalOperation condition when !ReferenceEquals(condition.Condition, value):
                return MayStop(user, isName, depth + 1);
            case IArgumentOperation { Parent: { } call } argument:
                return MayStopByCall(call, argument, isName, depth);
            case IInvocationOperation { TargetMethod.Name: "ToString" }:
                return MayStop(user, isName, depth + 1);
            case IReturnOperation:
                return !isName;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                return UsesMayStop(local, value, isName, depth);
            case IAssignmentOperation assignment when ReferenceEquals(assignment.Value, value):
                return MayStopByTarget(assignment.Target, value, isName, depth);
            case IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields }:
                return MemberMayStop(fields[0], value);
            case IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties }:
                return MemberMayStop(properties[0], value);
            default:
                return user is IAnonymousFunctionOperation or IObjectOrCollectionInitializerOperation && !isName;
        }
    }

    private static bool MayStopByCall(IOperation call, IArgumentOperation argument, bool isName, int depth)
    {
        if (NonEscapingCalls.Contains(call))
        {
            return call.Type?.SpecialType == SpecialType.System_String && MayStop(call, isName, depth + 1);
        }

        var method = call switch
        {
            IInvocationOperation invocation => invocation.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            _ => null,
        };
        if (method is not null && argument.Parameter is { } parameter && SyntaxSummary.HandsOn(method, parameter) is { } handsOn)
        {
            return handsOn;
        }

        return !isName || method?.Name == "GetProcessesByName" || ProcessUse.IsEnding(method?.Name);
    }

    private static bool MayStopByTarget(IOperation target, IOperation value, bool isName, int depth) => target switch
    {
        IDiscardOperation => false,
        ILocalReferenceOperation local => UsesMayStop(local.Local, value, isName, depth),
        IMemberReferenceOperation member when IsOwn(member) => MemberMayStop(member.Member, value),
        _ => !isName,
    };

    private static bool IsOwn(IMemberReferenceOperation member) => member.Instance
        is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    private static bool UsesMayStop(ILocalSymbol local, IOperation value, bool isName, int depth) => value.Ancestors().Last().Descendants()
        .OfType<ILocalReferenceOperation>()
        .Where(use => SymbolEqualityComparer.Default.Equals(use.Local, local))
        .Where(use => use.Parent is not IAssignmentOperation assignment || !ReferenceEquals(assignment.Target, use))
        .Any(use => MayStop(use, isName, depth + 1));

    // Reads the member's uses by name. Other types may stop the process if they mention a member that they can see.
    private static bool MemberMayStop(ISymbol member, IOperation value) =>
        member.ContainingType is { } type
        && (type.DeclaringSyntaxReferences.Length == 0
            || type.DeclaringSyntaxReferences.Any(part => PidSyntax.HandsOn(part.GetSyntax(), member.Name))
            || (value.SemanticModel is { } model && new ExternalUses(model.Compilation).Mention(member, type)));
}

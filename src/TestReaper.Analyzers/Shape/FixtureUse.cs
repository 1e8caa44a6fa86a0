using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Shape;

/// <summary>Where a created fixture goes, and what may release it. Whatever is not known to be harmless may.</summary>
internal readonly struct FixtureUse
{
    private FixtureUse(bool isOurs, ISymbol? keeper) => (IsOurs, Keeper) = (isOurs, keeper);

    /// <summary>Whether it stays inside the class that made it.</summary>
    public bool IsOurs { get; }

    /// <summary>The local, field or property that keeps it; null if nothing does.</summary>
    public ISymbol? Keeper { get; }

    public static FixtureUse OfCreation(IOperation creation)
    {
        var (parent, value) = Outward(creation);
        return parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => new(!IsUsing(declarator), declarator.Symbol),
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => new(true, fields[0]),
            IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => new(true, properties[0]),
            ISimpleAssignmentOperation assignment when assignment.Value == value => OfTarget(assignment.Target, assignment),
            ICoalesceAssignmentOperation assignment when assignment.Value == value => OfTarget(assignment.Target, assignment),
            IExpressionStatementOperation => new(true, null),
            IMemberReferenceOperation member when member.Instance == value => new(!IsRelease(member.Member.Name), null),
            IInvocationOperation call when call.Instance == value => new(!IsRelease(call.TargetMethod.Name), null),
            _ => default,
        };
    }

    public static ISymbol? Referenced(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    public static bool MayRelease(IOperation reference)
    {
        var (parent, value) = Outward(reference);
        return parent switch
        {
            IInvocationOperation call when call.Instance == value => IsRelease(call.TargetMethod.Name),
            IMemberReferenceOperation member when member.Instance == value => IsRelease(member.Member.Name),
            ISimpleAssignmentOperation assignment when assignment.Target == value => false,
            ICoalesceAssignmentOperation assignment when assignment.Target == value => false,
            IConditionalAccessOperation access when access.Operation == value => MayRelease(access.WhenNotNull),
            IBinaryOperation or IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } or INameOfOperation => false,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Assert" } } => false,
            IExpressionStatementOperation => false,
            _ => true,
        };

        static bool MayRelease(IOperation whenNotNull)
        {
            foreach (var inner in whenNotNull.DescendantsAndSelf())
            {
                if (inner is IInvocationOperation call && IsRelease(call.TargetMethod.Name) || inner is IMethodReferenceOperation method && IsRelease(method.Method.Name))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static FixtureUse OfTarget(IOperation target, IOperation assignment) =>
        target is IDiscardOperation ? new(true, null)
        : assignment.Parent is IExpressionStatementOperation && Referenced(target) is { } keeper && target is not IPropertyReferenceOperation { Property.IsIndexer: true }
        && target is ILocalReferenceOperation or IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation }
            ? new(true, keeper)
            : default;

    private static bool IsRelease(string member) => member is "DisposeAsync" or "StopFixtureAsync" or "Dispose";

    private static bool IsUsing(IVariableDeclaratorOperation declarator)
    {
        for (IOperation? at = declarator; at is not null; at = at.Parent)
        {
            if (at is IUsingOperation or IUsingDeclarationOperation)
            {
                return true;
            }

            if (at is IBlockOperation)
            {
                return false;
            }
        }

        return false;
    }

    private static (IOperation? Parent, IOperation Value) Outward(IOperation operation)
    {
        var value = operation;
        while (value.Parent is { } parent && parent is IParenthesizedOperation or IConversionOperation { IsImplicit: true, OperatorMethod: null, Type.TypeKind: TypeKind.Class })
        {
            value = parent;
        }

        return (value.Parent, value);
    }
}

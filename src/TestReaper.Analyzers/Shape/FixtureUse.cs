using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Shape;

/// <summary>Where a created fixture goes, and what may release it. A use that is not known to be harmless may release it.</summary>
internal readonly struct FixtureUse
{
    private FixtureUse(bool staysInClass, ISymbol? variable) => (StaysInClass, Variable) = (staysInClass, variable);

    /// <summary>Whether the fixture stays in the class that created it, without a dispose on the spot.</summary>
    public bool StaysInClass { get; }

    /// <summary>The local, field or property that holds the fixture, if any.</summary>
    public ISymbol? Variable { get; }

    public static FixtureUse FromCreation(IOperation creation)
    {
        var (parent, value) = FindUse(creation);
        return parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
                new(!IsUsing(declarator), declarator.Symbol),
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => new(true, fields[0]),
            IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => new(true, properties[0]),
            ISimpleAssignmentOperation assignment when assignment.Value == value => FromAssignment(assignment),
            ICoalesceAssignmentOperation assignment when assignment.Value == value => FromAssignment(assignment),
            IExpressionStatementOperation => new(true, null),
            IMemberReferenceOperation member when member.Instance == value => new(!IsRelease(member.Member.Name), null),
            IInvocationOperation call when call.Instance == value => new(!IsRelease(call.TargetMethod.Name), null),
            _ => default,
        };
    }

    public static ISymbol? FindReferenced(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    /// <summary>Whether this use of the variable may dispose the fixture or pass it on.</summary>
    public static bool MayRelease(IOperation reference)
    {
        var (parent, value) = FindUse(reference);
        return parent switch
        {
            IInvocationOperation call when call.Instance == value => IsRelease(call.TargetMethod.Name),
            IMemberReferenceOperation member when member.Instance == value => IsRelease(member.Member.Name),
            ISimpleAssignmentOperation assignment => assignment.Target != value,
            ICoalesceAssignmentOperation assignment => assignment.Target != value,
            IConditionalAccessOperation access when access.Operation == value => access.WhenNotNull.DescendantsAndSelf().Any(IsRelease),
            IBinaryOperation or INameOfOperation or IExpressionStatementOperation => false,
            IIsPatternOperation { Pattern: IConstantPatternOperation } => false,
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation } } => false,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType.Name: "Assert" } } => false,
            _ => true,
        };
    }

    private static FixtureUse FromAssignment(IAssignmentOperation assignment) => assignment.Target switch
    {
        IDiscardOperation => new(true, null),
        IPropertyReferenceOperation { Property.IsIndexer: true } => default,
        ILocalReferenceOperation or IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation }
            when assignment.Parent is IExpressionStatementOperation && FindReferenced(assignment.Target) is { } variable =>
            new(true, variable),
        _ => default,
    };

    private static bool IsRelease(IOperation operation) => operation switch
    {
        IInvocationOperation call => IsRelease(call.TargetMethod.Name),
        IMethodReferenceOperation method => IsRelease(method.Method.Name),
        _ => false,
    };

    private static bool IsRelease(string member) => member is "DisposeAsync" or "StopFixtureAsync" or "Dispose";

    private static bool IsUsing(IVariableDeclaratorOperation declarator) => declarator.Ancestors()
        .TakeWhile(ancestor => ancestor is not IBlockOperation)
        .Any(ancestor => ancestor is IUsingOperation or IUsingDeclarationOperation);

    // The operation that uses the value, without parentheses and conversions to a base class.
    private static (IOperation? Parent, IOperation Value) FindUse(IOperation operation)
    {
        foreach (var (ancestor, child) in operation.AncestorsWithChild())
        {
            if (!IsWrapper(ancestor))
            {
                return (ancestor, child);
            }
        }

        return (null, operation.Ancestors().LastOrDefault() ?? operation);
    }

    private static bool IsWrapper(IOperation operation) => operation
        is IParenthesizedOperation
        or IConversionOperation { IsImplicit: true, OperatorMethod: null, Type.TypeKind: TypeKind.Class };
}

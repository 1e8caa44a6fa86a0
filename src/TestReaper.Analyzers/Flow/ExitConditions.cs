using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads what a condition says about the exit of a process.</summary>
internal static class ExitConditions
{
    private const int MaxDepth = 8;

    /// <summary>Whether a condition around the operation asks if a process has exited.</summary>
    public static bool IsUnderTest(IOperation operation) => operation.AncestorsOfType<IConditionalOperation>()
        .Any(branch => branch.Condition.DescendantsAndSelf().Any(inner => ReadTested(inner) is not null));

    /// <summary>Whether the operation on a process runs only when that process has exited already.</summary>
    /// <example>if (process.HasExited) { process.Kill(); }</example>
    public static bool IsAfterExit(IOperation operation, IOperation? instance) =>
        FindName(instance) is { } process && IsAfterExit(operation, process);

    /// <summary>Whether the operation runs only when the process in the variable has exited already.</summary>
    public static bool IsAfterExit(IOperation operation, ISymbol process) => operation.AncestorsWithChild()
        .TakeWhile(step => step.Ancestor is not (ILocalFunctionOperation or IAnonymousFunctionOperation))
        .Any(step => step.Ancestor switch
        {
            IConditionalOperation branch when ReferenceEquals(branch.WhenTrue, step.Child) => Implies(branch.Condition, true, process),
            IConditionalOperation branch when ReferenceEquals(branch.WhenFalse, step.Child) => Implies(branch.Condition, false, process),
            IBlockOperation block => block.Operations.TakeWhile(earlier => !ReferenceEquals(earlier, step.Child))
                .OfType<IConditionalOperation>()
                .Any(guard => guard.WhenFalse is null && Branches.Leaves(guard.WhenTrue) && Implies(guard.Condition, false, process)),
            _ => false,
        });

    // Whether the process has exited if the condition has this value.
    private static bool Implies(IOperation? condition, bool value, ISymbol process, int depth = 0) => condition switch
    {
        _ when depth > MaxDepth => false,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Implies(not.Operand, !value, process, depth + 1),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } and =>
            Combine(value, Implies(and.LeftOperand, value, process, depth + 1), Implies(and.RightOperand, value, process, depth + 1)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } or =>
            Combine(!value, Implies(or.LeftOperand, value, process, depth + 1), Implies(or.RightOperand, value, process, depth + 1)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equals when ReadConstant(equals.RightOperand) is { } wanted =>
            Implies(equals.LeftOperand, value == wanted, process, depth + 1),
        IConversionOperation conversion => Implies(conversion.Operand, value, process, depth + 1),
        IParenthesizedOperation inner => Implies(inner.Operand, value, process, depth + 1),
        IConditionalAccessOperation access => Implies(access.WhenNotNull, value, process, depth + 1),
        ICoalesceOperation { WhenNull: var missing } coalesce =>
            ReadConstant(missing) != value && Implies(coalesce.Value, value, process, depth + 1),
        IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: var pattern } } test =>
            !value && IsExited(pattern) && IsSame(FindName(test.Value), process),
        IIsPatternOperation test => value && IsExited(test.Pattern) && IsSame(FindName(test.Value), process),
        ILocalReferenceOperation local => Implies(FindInitializer(local), value, process, depth + 1),
        _ => value && ReadTested(condition) is { } tested && IsSame(FindName(tested), process),
    };

    private static bool Combine(bool isAny, bool left, bool right) => isAny ? left || right : left && right;

    // The process whose exit the operation asks for: process.HasExited, process.WaitForExit(1000), process is { HasExited: true }.
    private static IOperation? ReadTested(IOperation? operation) => operation switch
    {
        IPropertyReferenceOperation { Property: { Name: "HasExited", ContainingType.Name: "Process" } } property => property.Instance,
        IInvocationOperation { TargetMethod: { Name: "WaitForExit", ContainingType.Name: "Process" } } wait => wait.Instance,
        _ => null,
    };

    private static bool IsExited(IPatternOperation pattern) => pattern is IRecursivePatternOperation recursive
        && recursive.PropertySubpatterns.Any(property => property is
        {
            Member: IPropertyReferenceOperation { Property.Name: "HasExited" },
            Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: true } },
        });

    private static bool? ReadConstant(IOperation operation) => operation switch
    {
        IConversionOperation conversion => ReadConstant(conversion.Operand),
        _ => operation.ConstantValue is { HasValue: true, Value: bool constant } ? constant : null,
    };

    // var hasExited = process.WaitForExit(1000);
    private static IOperation? FindInitializer(ILocalReferenceOperation reference)
    {
        var code = reference.Ancestors().Last();
        var isAssigned = code.Descendants().OfType<IAssignmentOperation>()
            .Any(assignment => assignment.Target is ILocalReferenceOperation target && IsSame(target.Local, reference.Local));
        return isAssigned ? null : code.Descendants().OfType<IVariableDeclaratorOperation>()
            .FirstOrDefault(declarator => IsSame(declarator.Symbol, reference.Local))?.Initializer?.Value;
    }

    private static ISymbol? FindName(IOperation? process) => process switch
    {
        IConditionalAccessInstanceOperation instance => instance.AncestorsOfType<IConditionalAccessOperation>()
            .Select(access => FindName(access.Operation)).FirstOrDefault(),
        IParameterReferenceOperation parameter => parameter.Parameter,
        null => null,
        _ => FixtureUse.FindReferenced(process),
    };

    private static bool IsSame(ISymbol? one, ISymbol? other) => one is not null && SymbolEqualityComparer.Default.Equals(one, other);
}

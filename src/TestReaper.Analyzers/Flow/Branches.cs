using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Compares the branches in which two operations of a function are.</summary>
internal static class Branches
{
    /// <summary>Whether the code after the branch does not run after the branch.</summary>
    public static bool Leaves(IOperation branch) => branch switch
    {
        IBlockOperation block => block.Operations.LastOrDefault() is { } last && Leaves(last),
        IExpressionStatementOperation statement => statement.Operation is IThrowOperation,
        IReturnOperation or IThrowOperation or IBranchOperation => true,
        _ => false,
    };

    /// <summary>Whether no run of the function executes the second operation after the first one.</summary>
    public static bool Exclude(IOperation first, IOperation second)
    {
        foreach (var (ancestor, child) in first.AncestorsWithChild())
        {
            var contains = ancestor.Syntax.Span.Contains(second.Syntax.Span) && !child.Syntax.Span.Contains(second.Syntax.Span);
            switch (ancestor)
            {
                case IConditionalOperation condition when !ReferenceEquals(condition.Condition, child):
                    if ((contains && !condition.Condition.Syntax.Span.Contains(second.Syntax.Span))
                        || LeavesBefore(child, condition, second))
                    {
                        return true;
                    }

                    break;
                case ISwitchOperation { Value: var value } when contains && !ReferenceEquals(value, child):
                case ISwitchExpressionOperation { Value: var input } when contains && !ReferenceEquals(input, child):
                    return true;
                case ISwitchCaseOperation @case when Returns(@case.Body.LastOrDefault()) && IsAfter(second, @case.Parent ?? @case):
                    return true;
            }
        }

        return false;
    }

    // if (...) { first; return; } second;
    private static bool LeavesBefore(IOperation branch, IConditionalOperation condition, IOperation second) =>
        Returns(branch is IBlockOperation block ? block.Operations.LastOrDefault() : branch) && IsAfter(second, condition);

    private static bool Returns(IOperation? last) =>
        last is IReturnOperation or IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    private static bool IsAfter(IOperation operation, IOperation other) => operation.Syntax.SpanStart >= other.Syntax.Span.End;
}

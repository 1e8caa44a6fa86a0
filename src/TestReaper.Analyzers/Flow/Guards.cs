using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes operations whose failure does not leave a process running.</summary>
internal static class Guards
{
    /// <summary>Whether the process is stopped before the operation, or when it fails, or whether the failure is swallowed.</summary>
    /// <remarks><paramref name="stops"/> tells whether an operation stops the process.</remarks>
    public static bool IsGuarded(IOperation operation, Func<IOperation, bool> stops) => operation.AncestorsWithChild().Any(step =>
        step.Ancestor is ICatchClauseOperation
        || (step.Ancestor is ITryOperation @try && ReferenceEquals(@try.Body, step.Child) && HandlesFailure(@try, stops))
        || (step.Ancestor is IBlockOperation block && StopsBefore(block, step.Child, stops)));

    private static bool HandlesFailure(ITryOperation @try, Func<IOperation, bool> stops) =>
        @try.Catches.Any(clause => Swallows(clause) || clause.Descendants().Any(stops))
        || @try.Finally?.Descendants().Any(stops) == true;

    private static bool StopsBefore(IBlockOperation block, IOperation statement, Func<IOperation, bool> stops) => block.Operations
        .TakeWhile(earlier => !ReferenceEquals(earlier, statement))
        .Any(earlier => earlier.DescendantsAndSelf().Any(stops));

    private static bool Swallows(ICatchClauseOperation clause) =>
        !clause.Descendants().Any(inner => inner is IThrowOperation or IReturnOperation);
}

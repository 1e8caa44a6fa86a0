using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads what happens when the time of a wait passes.</summary>
internal static class Timeouts
{
    /// <summary>Whether the code after the wait runs only if the process has exited in time.</summary>
    /// <example>Assert.True(process.WaitForExit(1000)); if (!process.WaitForExit(1000)) { throw ...; }</example>
    public static bool LeaveFunction(IOperation wait) => LeaveFunction(wait, followsLocal: true);

    private static bool LeaveFunction(IOperation wait, bool followsLocal)
    {
        foreach (var (ancestor, child) in wait.AncestorsWithChild())
        {
            switch (ancestor)
            {
                case IInvocationOperation call when NonEscapingCalls.Contains(call):
                    return true;
                case IAwaitOperation when wait is IInvocationOperation { TargetMethod.Name: "WaitForExitAsync" or "WaitAsync" }:
                    return !IsCaught(ancestor);
                case IConditionalOperation branch when ReferenceEquals(branch.Condition, child):
                    return Branches.Leaves(branch.WhenTrue) || (branch.WhenFalse is { } other && Branches.Leaves(other));
                case IVariableDeclaratorOperation { Symbol: var local } when followsLocal:
                    return wait.Ancestors().Last().Descendants().OfType<ILocalReferenceOperation>()
                        .Where(use => SymbolEqualityComparer.Default.Equals(use.Local, local))
                        .Any(use => LeaveFunction(use, followsLocal: false));
                case IExpressionStatementOperation or IBlockOperation:
                    return false;
            }
        }

        return false;
    }

    private static bool IsCaught(IOperation await) => await.AncestorsWithChild().Any(step =>
        step.Ancestor is ITryOperation { Catches.Length: > 0 } @try
        && ReferenceEquals(@try.Body, step.Child)
        && @try.Catches.Any(clause => !Branches.Leaves(clause.Handler)));
}

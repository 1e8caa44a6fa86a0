using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the exits of a function, by exception or by return, at which a started process is not stopped.</summary>
internal sealed class Failures(FlowFacts facts)
{
    private readonly FallibleOperations _fallible = new(facts);

    /// <summary>The first operation after another that may throw for a reason other than the process itself.</summary>
    /// <remarks><paramref name="stops"/> tells whether an operation stops the process.</remarks>
    public IOperation? FindFirst(ISymbol function, IOperation start, int to, ICollection<object> nodes, Func<IOperation, bool> stops) =>
        FindAfter(function, start, to, nodes).FirstOrDefault(operation =>
            _fallible.MayFail(operation, nodes) && !Guards.IsGuarded(operation, stops) && !operation.IsInLambda());

    /// <summary>The first return after an operation whose reason is not the process itself.</summary>
    /// <remarks><paramref name="stops"/> tells whether an operation stops the process.</remarks>
    public IOperation? FindFirstReturn(
        ISymbol function, IOperation start, int to, ICollection<object> nodes, Func<IOperation, bool> stops) =>
        FindAfter(function, start, to, nodes).OfType<IReturnOperation>().FirstOrDefault(operation =>
            !operation.IsInLambda()
            && !ProcessConditions.IsUnderCheck(operation, nodes)
            && !ProcessConditions.IsUnderStartResult(operation, nodes)
            && !Guards.IsGuarded(operation, stops));

    /// <summary>Names the operation and its line.</summary>
    public static string Describe(IOperation failure)
    {
        var name = failure switch
        {
            IAwaitOperation => "the await",
            IThrowOperation => "the check",
            IInvocationOperation call => $"{call.TargetMethod.Name}()",
            _ => "the code",
        };
        return $"{name} on line {failure.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
    }

    // The operations up to a position that may run after the start, while the process runs.
    private IEnumerable<IOperation> FindAfter(ISymbol function, IOperation start, int to, ICollection<object> nodes)
    {
        var first = start.Parent is IAwaitOperation await ? await : start;
        return _fallible.FindSteps(function)
            .Where(operation => operation.Syntax.SpanStart >= first.Syntax.Span.End && operation.Syntax.Span.End <= to)
            .Where(operation => !Branches.Exclude(first, operation))
            .Where(operation => !nodes.OfType<ISymbol>().Any(process => ExitConditions.IsAfterExit(operation, process)));
    }
}

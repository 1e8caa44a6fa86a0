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

    /// <summary>The first operation between two positions that may throw for a reason other than the process itself.</summary>
    /// <remarks><paramref name="stops"/> tells whether an operation stops the process.</remarks>
    public IOperation? FindFirst(ISymbol function, int from, int to, ICollection<object> nodes, Func<IOperation, bool> stops) =>
        FindBetween(function, from, to).FirstOrDefault(operation =>
            _fallible.MayFail(operation, nodes) && !Guards.IsGuarded(operation, stops) && !operation.IsInLambda());

    /// <summary>The first return between two positions whose reason is not the process itself.</summary>
    /// <remarks><paramref name="stops"/> tells whether an operation stops the process.</remarks>
    public IOperation? FindFirstReturn(ISymbol function, int from, int to, ICollection<object> nodes, Func<IOperation, bool> stops) =>
        FindBetween(function, from, to).OfType<IReturnOperation>().FirstOrDefault(operation =>
            !operation.IsInLambda()
            && !ProcessConditions.IsUnderCheck(operation, nodes)
            && !ProcessConditions.IsUnderStartResult(operation, nodes)
            && !Guards.IsGuarded(operation, stops));

    private IEnumerable<IOperation> FindBetween(ISymbol function, int from, int to) => _fallible.FindSteps(function)
        .Where(operation => operation.Syntax.SpanStart >= from && operation.Syntax.Span.End <= to);
}

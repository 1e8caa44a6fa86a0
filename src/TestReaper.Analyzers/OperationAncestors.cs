using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers;

/// <summary>Enumerates the operations around an operation, from the inside out.</summary>
internal static class OperationAncestors
{
    public static IEnumerable<IOperation> Ancestors(this IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }

    public static IEnumerable<T> AncestorsOfType<T>(this IOperation operation)
        where T : IOperation => operation.Ancestors().OfType<T>();

    /// <summary>Each ancestor, with its child that contains the operation.</summary>
    public static IEnumerable<AncestorStep> AncestorsWithChild(this IOperation operation)
    {
        var child = operation;
        foreach (var ancestor in operation.Ancestors())
        {
            yield return new AncestorStep(ancestor, child);
            child = ancestor;
        }
    }

    /// <summary>The operation that a lambda or method reference is given to, without the conversions to a delegate.</summary>
    public static IOperation? DelegateConsumer(this IOperation function) =>
        function.Ancestors().FirstOrDefault(ancestor =>
            ancestor is not (IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation));

    public static bool IsInLambda(this IOperation operation) => operation.AncestorsOfType<IAnonymousFunctionOperation>().Any();
}

/// <summary>An ancestor of an operation, with its child that contains the operation.</summary>
internal sealed class AncestorStep(IOperation ancestor, IOperation child)
{
    public IOperation Ancestor => ancestor;

    public IOperation Child => child;

    public void Deconstruct(out IOperation outer, out IOperation inner) => (outer, inner) = (ancestor, child);
}

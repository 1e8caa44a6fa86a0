using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>The position of an operation: its function, and under which circumstances it runs.</summary>
internal sealed class ProgramPoint
{
    private ProgramPoint(ISymbol function, bool isOnFailurePath, bool isInCallback, bool isInFinally)
    {
        Function = function;
        IsOnFailurePath = isOnFailurePath;
        IsInCallback = isInCallback;
        IsInFinally = isInFinally;
    }

    /// <summary>The method, local function, property or field. A lambda belongs to the function that contains it.</summary>
    public ISymbol Function { get; }

    /// <summary>Whether it is in a catch, or in a branch that throws.</summary>
    public bool IsOnFailurePath { get; }

    /// <summary>Whether it is in a lambda that other code stores and calls later, such as an event handler.</summary>
    public bool IsInCallback { get; }

    public bool IsInFinally { get; }

    public static ProgramPoint FromOperation(IOperation operation, ISymbol owner)
    {
        var isOnFailurePath = false;
        var isInCallback = false;
        var isInFinally = false;
        foreach (var (ancestor, child) in operation.AncestorsWithChild())
        {
            switch (ancestor)
            {
                case ILocalFunctionOperation local:
                    return new ProgramPoint(local.Symbol, isOnFailurePath, isInCallback, isInFinally);
                case IAnonymousFunctionOperation lambda when Lambdas.IsStored(lambda):
                    isInCallback = true;
                    break;
                case ICatchClauseOperation:
                    isOnFailurePath = true;
                    break;
                case ITryOperation @try when ReferenceEquals(@try.Finally, child):
                    isInFinally = true;
                    break;
                case IConditionalOperation condition when !ReferenceEquals(condition.Condition, child) && EndsWithThrow(child):
                    isOnFailurePath = true;
                    break;
            }
        }

        var function = owner is IMethodSymbol { AssociatedSymbol: IPropertySymbol property } ? property : owner;
        return new ProgramPoint(function, isOnFailurePath, isInCallback, isInFinally);
    }

    private static bool EndsWithThrow(IOperation branch) => branch switch
    {
        IBlockOperation block => block.Operations.LastOrDefault() is { } last && EndsWithThrow(last),
        IExpressionStatementOperation statement => statement.Operation is IThrowOperation,
        _ => branch is IThrowOperation,
    };
}

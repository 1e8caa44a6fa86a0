using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Where an operation sits: in which function, and whether it runs only when something failed.</summary>
internal sealed class Place
{
    private Place(ISymbol function, bool isGuard, bool isHandedOut, bool isInFinally)
    {
        Function = function;
        IsGuard = isGuard;
        IsHandedOut = isHandedOut;
        IsInFinally = isInFinally;
    }

    /// <summary>The method, local function, property or field that it is part of; a lambda belongs to what it is written in.</summary>
    public ISymbol Function { get; }

    /// <summary>It sits in a catch, or in a branch that throws.</summary>
    public bool IsGuard { get; }

    /// <summary>It sits in a lambda that somebody else keeps: an event's handler, a callback.</summary>
    public bool IsHandedOut { get; }

    public bool IsInFinally { get; }

    public static Place Of(IOperation operation, ISymbol owner)
    {
        var isGuard = false;
        var isHandedOut = false;
        var isInFinally = false;
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case ILocalFunctionOperation local:
                    return new Place(local.Symbol, isGuard, isHandedOut, isInFinally);
                case IAnonymousFunctionOperation lambda:
                    isHandedOut |= Lambdas.IsHandedOut(lambda);
                    break;
                case ICatchClauseOperation:
                    isGuard = true;
                    break;
                case ITryOperation @try when ReferenceEquals(@try.Finally, child):
                    isInFinally = true;
                    break;
                case IConditionalOperation condition when !ReferenceEquals(condition.Condition, child) && EndsWithThrow(child):
                    isGuard = true;
                    break;
            }
        }

        return new Place(owner is IMethodSymbol { AssociatedSymbol: IPropertySymbol property } ? property : owner, isGuard, isHandedOut, isInFinally);
    }

    private static bool EndsWithThrow(IOperation branch) => branch switch
    {
        IBlockOperation block => block.Operations.LastOrDefault() is { } last && EndsWithThrow(last),
        IExpressionStatementOperation statement => statement.Operation is IThrowOperation,
        _ => branch is IThrowOperation,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Tells the lambdas that run where they are written from those that somebody keeps.</summary>
internal static class Lambdas
{
    public static bool IsHandedOut(IAnonymousFunctionOperation lambda) => Consumer(lambda) switch
    {
        IArgumentOperation { Parent: IInvocationOperation call } => !RunsAtOnce(call.TargetMethod),
        IVariableInitializerOperation => false,
        _ => true,
    };

    /// <summary>A start in there is expected to fail.</summary>
    public static bool ExpectsFailure(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && Consumer(lambda) is { } consumer)
            {
                if (consumer is IVariableInitializerOperation or ISimpleAssignmentOperation or IReturnOperation
                    || consumer is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } }
                        && (method.Name.Contains("Throw") || method.Name.Contains("Exception") || method.Name is "That" or "Invoking" or "Awaiting" or "Catch" or "CatchAsync"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static IOperation? Consumer(IAnonymousFunctionOperation lambda)
    {
        var parent = lambda.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
        {
            parent = parent.Parent;
        }

        return parent;
    }

    private static bool RunsAtOnce(IMethodSymbol method) =>
        method.Name is "ForEach" or "ForEachAsync" or "Run" or "StartNew" or "Invoke"
        || method.IsIn("System.Linq") || method.IsIn("System.Collections.Generic");
}

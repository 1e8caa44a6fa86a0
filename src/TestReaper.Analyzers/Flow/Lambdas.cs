using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Separates lambdas that run immediately from lambdas that other code stores.</summary>
internal static class Lambdas
{
    public static bool IsStored(IAnonymousFunctionOperation lambda) => lambda.DelegateConsumer() switch
    {
        IArgumentOperation { Parent: IInvocationOperation call } => !RunsImmediately(call.TargetMethod),
        IVariableInitializerOperation => false,
        _ => true,
    };

    /// <summary>Whether the operation is in a lambda that a test expects to throw.</summary>
    public static bool ExpectsFailure(IOperation operation) => operation.AncestorsOfType<IAnonymousFunctionOperation>()
        .Any(lambda => lambda.DelegateConsumer() switch
        {
            IVariableInitializerOperation or ISimpleAssignmentOperation or IReturnOperation => true,
            IArgumentOperation { Parent: IInvocationOperation call } => ExpectsException(call.TargetMethod.Name),
            _ => false,
        });

    private static bool ExpectsException(string method) =>
        method.Contains("Throw") || method.Contains("Exception")
        || method is "That" or "Invoking" or "Awaiting" or "Catch" or "CatchAsync";

    private static bool RunsImmediately(IMethodSymbol method) =>
        method.Name is "ForEach" or "ForEachAsync" or "Run" or "StartNew" or "Invoke"
        || method.IsInNamespace("System.Linq") || method.IsInNamespace("System.Collections.Generic");
}

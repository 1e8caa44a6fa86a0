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

    private static bool RunsImmediately(IMethodSymbol method) =>
        method.Name is "ForEach" or "ForEachAsync" or "Run" or "StartNew" or "Invoke"
        || method.IsInNamespace("System.Linq") || method.IsInNamespace("System.Collections.Generic");
}

using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Separates the waits that end only when the process ends from the waits that may give up before.</summary>
internal static class ExitWaits
{
    private const int MaxDepth = 8;

    /// <summary>The effect of WaitForExit.</summary>
    public static EffectKind ReadWait(IInvocationOperation wait)
    {
        var isLimited = wait.Arguments.Length > 0 && !IsInfinite(wait.Arguments[0].Value);
        return isLimited && !IsRepeated(wait) ? ReadLimited(wait) : EffectKind.Wait;
    }

    /// <summary>The effect of WaitForExitAsync, or of a method that reads the output to its end, with the operation that waits.</summary>
    public static (EffectKind Kind, IOperation Operation) ReadTask(IInvocationOperation call)
    {
        var (kind, operation) = ReadConsumer(call, 0);
        return (kind == EffectKind.Wait && call.Arguments.Any(CanCancel) ? EffectKind.ObservedWait : kind, operation);
    }

    /// <summary>The same for a task that is kept in a local. Output that is read late exists only after the exit.</summary>
    public static (EffectKind Kind, IOperation Operation)? ReadOutput(IInvocationOperation call) => ReadTask(call) switch
    {
        { Kind: EffectKind.Wait, Operation: var read } when FindConsumer(call).Consumer is IVariableInitializerOperation =>
            (EffectKind.ExitRead, read),
        { Kind: EffectKind.BoundedWait } => null,
        var effect => effect,
    };

    /// <summary>Whether the argument is a token that may be cancelled. That of a test is cancelled only with the whole run.</summary>
    public static bool CanCancel(IArgumentOperation argument) => argument.ArgumentKind == ArgumentKind.Explicit
        && argument.Parameter?.Type.Name == "CancellationToken"
        && Unwrap(argument.Value) is not (IDefaultValueOperation
            or IPropertyReferenceOperation { Property: { Name: "None" } or { ContainingType.Name: "TestContext" or "ITestContext" } })
        && !(Unwrap(argument.Value) is IParameterReferenceOperation token && OptionalTokens.AreNeverPassed(token.Parameter));

    /// <summary>How a task, or an object with a Wait method, is waited for.</summary>
    public static (EffectKind Kind, IOperation Operation) ReadSignal(IOperation signal) => ReadConsumer(signal, 0);

    public static bool IsResultUsed(IOperation call) => FindConsumer(call).Consumer
        is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } or null);

    // while (!process.WaitForExit(100)) { ... }, while (true) { if (process.WaitForExit(100)) { break; } }
    private static bool IsRepeated(IOperation wait)
    {
        if (wait.AncestorsOfType<ILoopOperation>().FirstOrDefault() is not { Body: { } body } loop
            || body.Descendants().Any(inner => inner is IThrowOperation))
        {
            return false;
        }

        var exits = body.Descendants().Count(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation);
        return loop switch
        {
            IWhileLoopOperation { Condition: IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: var tested } } =>
                ReferenceEquals(tested, wait) && exits == 0,
            IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } } or IForLoopOperation { Condition: null } =>
                IsResultUsed(wait) && exits == 1,
            _ => false,
        };
    }

    private static EffectKind ReadLimited(IOperation wait) => IsResultUsed(wait) ? EffectKind.ObservedWait : EffectKind.BoundedWait;

    private static (EffectKind Kind, IOperation Operation) ReadConsumer(IOperation task, int depth)
    {
        var (consumer, value) = FindConsumer(task);
        return consumer switch
        {
            _ when depth > MaxDepth => (EffectKind.Wait, task),
            IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } or null =>
                (EffectKind.BoundedWait, task),
            IInvocationOperation call when ReferenceEquals(call.Instance, value) => ReadCall(call, call, depth),
            IArgumentOperation { Parent: IInvocationOperation call } => ReadCall(call, task, depth),
            IArrayInitializerOperation { Parent: IArrayCreationOperation tasks } => ReadConsumer(tasks, depth + 1),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => ReadLocal(declarator, task, depth),
            IBinaryOperation or IPropertyReferenceOperation { Property.Name: not "Result" } => (EffectKind.BoundedWait, task),
            _ => (EffectKind.Wait, task),
        };
    }

    private static (EffectKind Kind, IOperation Operation) ReadCall(IInvocationOperation call, IOperation task, int depth)
    {
        switch (call.TargetMethod.Name)
        {
            case "ConfigureAwait" or "AsTask" or "GetAwaiter" or "WhenAll":
                return ReadConsumer(call, depth + 1);
            case "WaitAsync" or "Wait" or "WaitAll" or "WaitOne" when call.Arguments.Any(IsLimit):
            case "WhenAny" or "WaitAny":
            case var name when name.Contains("Timeout") || name.Contains("TimeOut"):
                return (call.Type?.SpecialType == SpecialType.System_Void ? EffectKind.ObservedWait : ReadRace(call), call);
            case "ReferenceEquals" or "Equals" or "Same" or "Equal" or "AreSame":
                return (EffectKind.BoundedWait, task);
            default:
                return (EffectKind.Wait, task);
        }
    }

    // An await that only races a delay, whose outcome is ignored, is not noticed. WaitAsync throws.
    private static EffectKind ReadRace(IInvocationOperation call)
    {
        var awaiting = FindConsumer(call).Consumer as IAwaitOperation;
        return call.TargetMethod.Name is not ("WhenAny" or "Wait" or "WaitAny" or "WaitAll") && awaiting is not null
            ? EffectKind.ObservedWait
            : ReadLimited(awaiting ?? (IOperation)call);
    }

    // var exit = process.WaitForExitAsync(): the strongest use of the local counts.
    private static (EffectKind Kind, IOperation Operation) ReadLocal(IVariableDeclaratorOperation declarator, IOperation task, int depth)
    {
        var uses = declarator.Ancestors().Last().Descendants()
            .OfType<ILocalReferenceOperation>()
            .Where(use => SymbolEqualityComparer.Default.Equals(use.Local, declarator.Symbol))
            .Select(use => ReadConsumer(use, depth + 1))
            .ToList();
        return uses.Count == 0 ? (EffectKind.BoundedWait, task) : uses.OrderBy(use => use.Kind).First();
    }

    private static bool IsLimit(IArgumentOperation argument) => argument.ArgumentKind == ArgumentKind.Explicit
        && argument.Parameter?.Type.Name is "Int32" or "TimeSpan" or "CancellationToken"
        && !IsInfinite(argument.Value) && (argument.Parameter.Type.Name != "CancellationToken" || CanCancel(argument));

    private static bool IsInfinite(IOperation value) => Unwrap(value) switch
    {
        { ConstantValue: { HasValue: true, Value: -1 } } => true,
        IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" or "Infinite" } => true,
        _ => false,
    };

    private static IOperation Unwrap(IOperation value) => value is IConversionOperation conversion ? Unwrap(conversion.Operand) : value;

    private static (IOperation? Consumer, IOperation Value) FindConsumer(IOperation operation)
    {
        foreach (var (ancestor, child) in operation.AncestorsWithChild())
        {
            if (ancestor is not (IConditionalAccessOperation or IParenthesizedOperation or IConversionOperation))
            {
                return (ancestor, child);
            }
        }

        return (null, operation);
    }
}

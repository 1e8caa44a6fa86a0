using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>
/// Recognizes code that runs in the background and that the test does not wait for. A wait there does not end the process.
/// </summary>
internal static class BackgroundCode
{
    /// <summary>Whether the operation is in an event handler, a discarded task or a thread body that signals no completion.</summary>
    public static bool Contains(IOperation operation)
    {
        var background = operation.AncestorsOfType<IAnonymousFunctionOperation>()
            .FirstOrDefault(lambda => lambda.DelegateConsumer() is { } consumer && IsDetached(consumer));
        return background is not null && !SignalsCompletion(background.Body);
    }

    /// <summary>Whether the consumer runs a delegate in the background and its result is dropped.</summary>
    public static bool IsDetached(IOperation consumer) => consumer switch
    {
        IEventAssignmentOperation => true,
        IArgumentOperation { Parent: { } call } => IsDetached(call),
        IObjectCreationOperation { Type.Name: "Thread", Parent: IInvocationOperation } => true,
        IInvocationOperation { TargetMethod: var method } call => RunsInBackground(method) && IsDropped(call),
        _ => false,
    };

    /// <summary>Whether the code signals completion. A signal inside a loop means "the server is up", not "done".</summary>
    public static bool SignalsCompletion(IOperation handler) => handler.Descendants().OfType<IInvocationOperation>()
        .Any(call => IsSignal(call.TargetMethod.Name) && !IsInLoop(call, handler));

    private static bool IsSignal(string name) =>
        name.Contains("Set") || name is "Release" or "Signal" or "Cancel" or "CancelAsync" or "Complete" or "TryComplete";

    private static bool RunsInBackground(IMethodSymbol method) =>
        method.Name is "QueueUserWorkItem" or "UnsafeQueueUserWorkItem"
        || method.ReturnType.Name is "Task" or "ValueTask"
        || method is { IsAsync: true, ReturnsVoid: true };

    private static bool IsDropped(IOperation call) =>
        call.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }
        || (call.Parent is IConditionalAccessOperation or IConversionOperation && IsDropped(call.Parent));

    private static bool IsInLoop(IOperation operation, IOperation end) =>
        operation.Ancestors().TakeWhile(ancestor => !ReferenceEquals(ancestor, end)).OfType<ILoopOperation>().Any();
}

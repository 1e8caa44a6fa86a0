using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Tells the code that runs beside the rest and that nobody waits for: to read a server's output there does not end it.</summary>
internal static class Background
{
    /// <summary>It sits in an event's handler, in <c>_ = Task.Run(...)</c> or in a thread's body that tells nobody when it is through.</summary>
    public static bool Holds(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && Lambdas.Consumer(lambda) is { } consumer && IsLeftAlone(consumer))
            {
                return !Signals(lambda.Body);
            }
        }

        return false;
    }

    /// <summary>What the consumer starts goes on beside, and nobody keeps what it returns.</summary>
    public static bool IsLeftAlone(IOperation consumer) => consumer switch
    {
        IEventAssignmentOperation => true,
        IArgumentOperation { Parent: { } call } => IsLeftAlone(call),
        IObjectCreationOperation { Type.Name: "Thread", Parent: IInvocationOperation } => true,
        IInvocationOperation { TargetMethod: var method } call => (method.Name is "QueueUserWorkItem" or "UnsafeQueueUserWorkItem" || IsTask(method)) && IsDropped(call),
        _ => false,
    };

    /// <summary>It tells somebody that it is through; a word from within a loop tells that the server is up.</summary>
    public static bool Signals(IOperation handler) => handler.Descendants().OfType<IInvocationOperation>().Any(call =>
        call.TargetMethod.Name is { } name && (name.Contains("Set") || name is "Release" or "Signal" or "Cancel" or "CancelAsync" or "Complete" or "TryComplete") && !IsInLoop(call, handler));

    private static bool IsTask(IMethodSymbol method) => method.ReturnType.Name is "Task" or "ValueTask" || method is { IsAsync: true, ReturnsVoid: true };

    private static bool IsDropped(IOperation call) => call.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation }
        || call.Parent is IConditionalAccessOperation or IConversionOperation && IsDropped(call.Parent);

    private static bool IsInLoop(IOperation operation, IOperation end)
    {
        for (var parent = operation.Parent; parent is not null && !ReferenceEquals(parent, end); parent = parent.Parent)
        {
            if (parent is ILoopOperation)
            {
                return true;
            }
        }

        return false;
    }
}

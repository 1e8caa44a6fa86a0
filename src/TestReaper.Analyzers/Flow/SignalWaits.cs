using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads how a function waits for the signal that a handler of Process.Exited gives.</summary>
internal static class SignalWaits
{
    /// <summary>The strongest wait for the signal. A wait that is not found counts as one without a timeout.</summary>
    /// <example>process.Exited += (_, _) => done.SetResult(); await done.Task.WaitAsync(limit);</example>
    public static (EffectKind Kind, IOperation Operation) Read(IEventAssignmentOperation subscription)
    {
        var handler = subscription.HandlerValue;
        var signals = handler.Descendants().OfType<IInvocationOperation>()
            .Select(call => call.Instance)
            .OfType<ILocalReferenceOperation>()
            .Select(use => use.Local)
            .ToList();
        var waits = subscription.Ancestors().Last().Descendants()
            .OfType<ILocalReferenceOperation>()
            .Where(use => signals.Contains(use.Local, SymbolEqualityComparer.Default) && !handler.Syntax.Span.Contains(use.Syntax.Span))
            .Select(FindWaited)
            .OfType<IOperation>()
            .Select(ExitWaits.ReadSignal)
            .OrderBy(wait => wait.Kind)
            .ToList();
        return waits.Count > 0 ? waits[0] : (EffectKind.Wait, subscription);
    }

    // done.Task, or done in done.Wait(limit)
    private static IOperation? FindWaited(ILocalReferenceOperation use) => use.Parent switch
    {
        IPropertyReferenceOperation { Property.Name: "Task" } task => task,
        IInvocationOperation { TargetMethod.Name: "Wait" or "WaitOne" or "WaitAsync" } => use,
        _ => null,
    };
}

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Decides which operations may throw: awaits, blocking waits, throws, asserts, and own methods that contain one.</summary>
internal sealed class FallibleOperations(FlowFacts facts)
{
    private static readonly string[] SafeAwaits = ["Delay", "Yield", "WhenAny", "FromResult"];
    private static readonly string[] SafeAsserts = ["NotNull", "IsNotNull", "IsInstanceOf", "Multiple"];

    // The async methods whose bodies are being checked, so that a recursive method ends the recursion.
    private readonly HashSet<ISymbol> _active = new(SymbolEqualityComparer.Default);

    private readonly Lazy<ILookup<ISymbol, IOperation>> _steps = new(() => facts.Steps.ToLookup(
        step => ProgramPoint.FromOperation(step.Operation, step.Owner).Function,
        step => step.Operation,
        (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default));

    public IEnumerable<IOperation> FindSteps(ISymbol function) => _steps.Value[function];

    /// <summary>Whether the operation may throw. An operation that concerns the process, such as a check of it, does not count.</summary>
    public bool MayFail(IOperation operation, ICollection<object> nodes) => MayFail(operation, nodes, followsCalls: true);

    private bool MayFail(IOperation operation, ICollection<object> nodes, bool followsCalls) => operation switch
    {
        IAwaitOperation await => !IsSafe(await.Operation) && !Concerns(await.Operation, nodes) && !IsHarmless(await.Operation),
        IThrowOperation => !IsThrowOfCoalesce(operation) && !ProcessConditions.IsUnderCheck(operation, nodes),
        IInvocationOperation { TargetMethod: { Name: "Wait", ContainingType.Name: "Task" } } wait =>
            !Concerns(wait, nodes) && !IsSafe(wait.Instance) && !IsTestedWait(wait),
        IInvocationOperation { TargetMethod.Name: "Wait" or "Take" } wait when wait.Arguments.Any(ExitWaits.CanCancel) =>
            !Concerns(wait, nodes),
        IInvocationOperation { TargetMethod.Name: "ThrowIfCancellationRequested" or "EnsureSuccessStatusCode" } => true,
        IInvocationOperation { TargetMethod.Name: "GetResult" } result => !Concerns(result, nodes),
        IInvocationOperation { TargetMethod: { ContainingType.Name: "Assert" or "ClassicAssert" } method } assert =>
            !SafeAsserts.Any(method.Name.StartsWith) && !ProcessConditions.Mentions(assert, nodes),
        IInvocationOperation call when followsCalls => CallsFailingMethod(call, nodes),
        IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" } } result =>
            !Concerns(result, nodes) && !IsUnderTestedWait(result),
        _ => false,
    };

    // Process.Start(...) ?? throw ...
    private static bool IsThrowOfCoalesce(IOperation operation) =>
        operation.Parent is ICoalesceOperation || operation.Parent?.Parent is ICoalesceOperation;

    private bool CallsFailingMethod(IInvocationOperation call, ICollection<object> nodes)
    {
        if (!IsOwnCall(call)
            || call.TargetMethod is not { IsAsync: false } callee
            || callee.Locations.FirstOrDefault()?.IsInSource != true
            || call.Arguments.Any(argument => ProcessConditions.Mentions(argument, nodes)))
        {
            return false;
        }

        return FindSteps(callee.OriginalDefinition).Any(inner =>
            inner is not IAwaitOperation
            && MayFail(inner, facts.Graph.FindReachable(callee, throughMembers: true), followsCalls: false)
            && !inner.IsInLambda()
            && !Guards.IsGuarded(inner, _ => false));
    }

    private static bool IsSafe(IOperation? awaited) =>
        (FindAwaitedCall(awaited) is { } call && SafeAwaits.Contains(call.TargetMethod.Name))
        || awaited is IPropertyReferenceOperation { Property.Name: "CompletedTask" };

    // An own async method in which nothing may fail.
    private bool IsHarmless(IOperation? awaited)
    {
        if (FindAwaitedCall(awaited) is not { TargetMethod: { IsAsync: true, OriginalDefinition: var callee } } call
            || !IsOwnCall(call)
            || !FindSteps(callee).Any()
            || !_active.Add(callee))
        {
            return false;
        }

        try
        {
            return !FindSteps(callee).Any(inner => !inner.IsInLambda() && MayFail(inner, []) && !Guards.IsGuarded(inner, _ => false));
        }
        finally
        {
            _active.Remove(callee);
        }
    }

    private static IInvocationOperation? FindAwaitedCall(IOperation? awaited) => awaited?.DescendantsAndSelf()
        .OfType<IInvocationOperation>()
        .FirstOrDefault(inner => inner.TargetMethod.Name != "ConfigureAwait");

    private bool IsOwnCall(IInvocationOperation call) => facts.Calls.Any(known => ReferenceEquals(known.Call, call));

    // if (ready.Wait(5000)) { ... ready.Result ... }
    private static bool IsTestedWait(IInvocationOperation wait) => wait is
    {
        TargetMethod.Name: "Wait",
        Arguments.Length: > 0,
        Type.SpecialType: SpecialType.System_Boolean,
        Parent: not IExpressionStatementOperation,
    };

    private static bool IsUnderTestedWait(IOperation result) => result.AncestorsOfType<IConditionalOperation>()
        .Any(condition => condition.Condition.DescendantsAndSelf().OfType<IInvocationOperation>().Any(IsTestedWait));

    // Whether the awaited operation uses the process for more than to pass it to an own method that only reads it.
    private bool Concerns(IOperation awaited, ICollection<object> nodes) => awaited.DescendantsAndSelf()
        .Where(inner => inner is not IMethodReferenceOperation)
        .Any(inner => ProcessConditions.Refers(inner, nodes) && !IsPassedToReader(inner));

    private bool IsPassedToReader(IOperation reference)
    {
        var argument = reference.Ancestors()
            .TakeWhile(ancestor => ancestor is not IExpressionStatementOperation)
            .OfType<IArgumentOperation>()
            .FirstOrDefault(candidate => candidate is { Parameter: not null, Parent: IInvocationOperation });
        return argument is { Parameter: { } parameter, Parent: IInvocationOperation call }
            && IsOwnCall(call)
            && !facts.Graph.FindEffects(facts.Graph.FindReachable(parameter.OriginalDefinition, throughMembers: true))
                .Any(IsAwaited);
    }

    // A look at HasExited in a loop is a wait for something else.
    private static bool IsAwaited(Effect effect) =>
        effect.Kind is EffectKind.Kill or EffectKind.Escapes or EffectKind.Wait
        || (effect.IsLimitedWait && effect.Operation is IInvocationOperation);
}

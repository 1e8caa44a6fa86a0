using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds what may fail after a start while nobody would stop the process.</summary>
internal sealed class Failures(Collector collector)
{
    private static readonly string[] SafeAwaits = ["Delay", "Yield", "WhenAny", "FromResult"];
    private readonly HashSet<ISymbol> _entered = new(SymbolEqualityComparer.Default);

    private static readonly string[] SafeAsserts = ["NotNull", "IsNotNull", "IsInstanceOf", "Multiple"];

    private readonly Lazy<ILookup<ISymbol, IOperation>> _steps = new(() => collector.Steps
        .ToLookup(step => Place.Of(step.Operation, step.Owner).Function, step => step.Operation, (IEqualityComparer<ISymbol>)SymbolEqualityComparer.Default));

    /// <summary>The first operation in the function, between two positions, that may throw without being about the process.</summary>
    public IOperation? First(ISymbol function, int from, int to, ICollection<object> nodes, Func<IOperation, bool> stops) => Inside(function)
        .Where(operation => operation.Syntax.SpanStart >= from && operation.Syntax.Span.End <= to)
        .FirstOrDefault(operation => IsFailure(operation, nodes, deep: true) && !IsGuarded(operation, stops) && !IsInLambda(operation));

    /// <summary>The first return between two positions whose reason is not the process itself.</summary>
    public IOperation? FirstReturn(ISymbol function, int from, int to, ICollection<object> nodes, Func<IOperation, bool> stops) => Inside(function)
        .Where(operation => operation is IReturnOperation && operation.Syntax.SpanStart >= from && operation.Syntax.Span.End <= to)
        .FirstOrDefault(operation => !IsInLambda(operation) && !IsUnderQuestion(operation, nodes) && !IsUnderAnswer(operation, nodes) && !IsGuarded(operation, stops));

    /// <summary>A try around the operation has a catch or a finally that stops the process.</summary>
    public static bool IsGuarded(IOperation operation, Func<IOperation, bool> stops)
    {
        var child = operation;
        for (var parent = operation.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is ITryOperation @try && ReferenceEquals(@try.Body, child)
                && (@try.Catches.Any(clause => clause.Descendants().Any(stops)) || @try.Finally is { } last && last.Descendants().Any(stops) || @try.Catches.Any(Swallows)))
            {
                return true;
            }

            if (parent is ICatchClauseOperation || parent is IBlockOperation block && block.Operations.TakeWhile(earlier => !ReferenceEquals(earlier, child)).Any(earlier => earlier.DescendantsAndSelf().Any(stops)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Swallows(ICatchClauseOperation clause) => !clause.Descendants().Any(inner => inner is IThrowOperation or IReturnOperation);

    private IEnumerable<IOperation> Inside(ISymbol function) => _steps.Value[function];

    private bool IsFailure(IOperation operation, ICollection<object> nodes, bool deep) => operation switch
    {
        IAwaitOperation await => !IsSafe(await.Operation) && !IsAbout(await.Operation, nodes) && !IsHarmless(await.Operation),
        IThrowOperation => operation.Parent is not ICoalesceOperation && operation.Parent?.Parent is not ICoalesceOperation && !IsUnderQuestion(operation, nodes),
        IInvocationOperation { TargetMethod: { Name: "Wait", ContainingType.Name: "Task" } } wait => !IsAbout(wait, nodes) && !IsSafe(wait.Instance) && !IsTestedWait(wait),
        IInvocationOperation { TargetMethod: { Name: "GetResult" } } result => !IsAbout(result, nodes),
        IInvocationOperation { TargetMethod: { ContainingType.Name: "Assert" or "ClassicAssert" } method } assert => !SafeAsserts.Any(method.Name.StartsWith) && !Mentions(assert, nodes),
        IInvocationOperation call when deep => collector.Calls.Any(known => ReferenceEquals(known.Call, call)) && call.TargetMethod is { IsAsync: false } callee && callee.Locations.FirstOrDefault()?.IsInSource == true
            && Inside(callee.OriginalDefinition).Any(inner => inner is not IAwaitOperation && IsFailure(inner, collector.Graph.From(callee, true), deep: false) && !IsInLambda(inner) && !IsGuarded(inner, _ => false)) && !call.Arguments.Any(argument => Mentions(argument, nodes)),
        IPropertyReferenceOperation { Property: { Name: "Result", ContainingType.Name: "Task" } } result => !IsAbout(result, nodes) && !IsUnderTestedWait(result),
        _ => false,
    };

    private static bool IsSafe(IOperation? awaited)
    {
        var call = awaited?.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault(inner => inner.TargetMethod.Name != "ConfigureAwait");
        return call is not null && SafeAwaits.Contains(call.TargetMethod.Name) || awaited is IPropertyReferenceOperation { Property.Name: "CompletedTask" };
    }

    // An own helper that sleeps, looks and writes lines has nothing that fails.
    private bool IsHarmless(IOperation? awaited)
    {
        var call = awaited?.DescendantsAndSelf().OfType<IInvocationOperation>().FirstOrDefault(inner => inner.TargetMethod.Name != "ConfigureAwait");
        return call is { TargetMethod: { IsAsync: true } callee } && !_entered.Contains(callee.OriginalDefinition) && collector.Calls.Any(known => ReferenceEquals(known.Call, call)) && Inside(callee.OriginalDefinition).Any() && Enter(callee.OriginalDefinition,
            () => !Inside(callee.OriginalDefinition).Any(inner => !IsInLambda(inner) && IsFailure(inner, [], deep: true) && !IsGuarded(inner, _ => false)));
    }

    private bool Enter(ISymbol function, Func<bool> look)
    {
        _entered.Add(function);
        try
        {
            return look();
        }
        finally
        {
            _entered.Remove(function);
        }
    }

    // if (ready.Wait(5000)) { ... ready.Result ... }
    private static bool IsTestedWait(IInvocationOperation wait) => wait is { TargetMethod.Name: "Wait", Arguments.Length: > 0, Type.SpecialType: SpecialType.System_Boolean, Parent: not IExpressionStatementOperation };

    private static bool IsUnderTestedWait(IOperation result)
    {
        for (var parent = result.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalOperation condition && condition.Condition.DescendantsAndSelf().OfType<IInvocationOperation>().Any(IsTestedWait))
            {
                return true;
            }
        }

        return false;
    }

    // Waiting for the process itself; to be handed to an own helper that only looks does not count.
    private bool IsAbout(IOperation awaited, ICollection<object> nodes) => awaited.DescendantsAndSelf().Any(inner =>
        inner is ILocalReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation && Holds(inner, nodes) && !IsHandedToWatcher(inner));

    private bool IsHandedToWatcher(IOperation reference)
    {
        for (var parent = reference.Parent; parent is not null and not IExpressionStatementOperation; parent = parent.Parent)
        {
            if (parent is IArgumentOperation { Parameter: { } parameter, Parent: IInvocationOperation call })
            {
                return collector.Calls.Any(known => ReferenceEquals(known.Call, call)) && !collector.Graph.EffectsOn(collector.Graph.From(parameter.OriginalDefinition, true)).Any(effect => effect.Kind is EffectKind.Kill or EffectKind.PassOn or EffectKind.Wait);
            }
        }

        return false;
    }

    private static bool Mentions(IOperation operation, ICollection<object> nodes) => operation.Descendants().Any(inner => Holds(inner, nodes));

    private static bool Holds(IOperation operation, ICollection<object> nodes) =>
        operation is ILocalReferenceOperation { Local: ISymbol local } && nodes.Contains(local)
        || operation is IParameterReferenceOperation { Parameter: ISymbol parameter } && nodes.Contains(parameter)
        || operation is IMemberReferenceOperation { Member: { } member } && nodes.Contains(member.OriginalDefinition);

    private static bool IsUnderQuestion(IOperation operation, ICollection<object> nodes)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalOperation condition && (Mentions(condition.Condition, nodes) || condition.Condition.DescendantsAndSelf().Any(inner => inner is IInvocationOperation { TargetMethod.Name: "Start" })))
            {
                return true;
            }
        }

        return false;
    }

    // var hasStarted = process.Start(); if (!hasStarted) { return; }
    private static bool IsUnderAnswer(IOperation operation, ICollection<object> nodes)
    {
        var names = nodes.OfType<ISymbol>().Select(node => node.Name).Where(name => name.Length > 0).ToList();
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalOperation condition && condition.Condition.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
                .Any(reference => reference.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().DescendantTokens().Any(token => names.Contains(token.ValueText)) == true))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInLambda(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation)
            {
                return true;
            }
        }

        return false;
    }
}

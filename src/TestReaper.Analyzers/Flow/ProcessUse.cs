using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads the effect of a use of a process. A use that has none gives null.</summary>
internal static class ProcessUse
{
    private static readonly string[] Endings = ["shutdown", "exit", "quit", "terminate", "stop", "kill"];
    private static readonly string[] Farewells = ["quit", "exit", "stop", "shutdown", "bye", "q"];

    /// <summary>The effect of a call on the process or on one of its streams, with the operation at which it happens.</summary>
    public static (EffectKind Kind, IOperation Operation)? ReadCall(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Kill" or "WaitForExit" or "WaitForExitAsync" when ExitConditions.IsAfterExit(call, call.Instance) => null,
        "ReadToEnd" or "ReadToEndAsync" when ExitConditions.IsAfterExit(call, FindOwner(call.Instance)) => null,
        "Kill" => (EffectKind.Kill, call),
        "WaitForExit" => (ExitWaits.ReadWait(call), call),
        "WaitForExitAsync" => ExitWaits.ReadTask(call),
        "Dispose" or "DisposeAsync" or "Close" when !ValueSources.IsStream(call.Instance?.Type) => (EffectKind.Dispose, call),
        "Dispose" or "DisposeAsync" or "Close" when call.Instance?.Type?.Name is "StreamWriter" or "TextWriter" => (EffectKind.Kill, call),
        "ReadToEnd" or "CopyTo" => (EffectKind.Wait, call),
        "ReadToEndAsync" or "CopyToAsync" => ExitWaits.ReadOutput(call),
        _ when IsFarewell(call) => (EffectKind.Kill, call),
        "ReadLine" or "ReadLineAsync" when IsInLoopToTheEnd(call) => (EffectKind.Wait, call),
        _ => null,
    };

    /// <summary>The effect of reading a property of the process.</summary>
    public static EffectKind? ReadProperty(IPropertyReferenceOperation property) => property.Property.Name switch
    {
        "ExitCode" or "ExitTime" when !ExitConditions.IsAfterExit(property, property.Instance) => EffectKind.ExitRead,
        "HasExited" => ReadHasExited(property),
        "Id" or "ProcessName" or "Handle" or "SafeHandle" when PidUses.MayStop(property) => EffectKind.Escapes,
        _ => null,
    };

    /// <summary>Whether the name of a method or command asks a process to end.</summary>
    public static bool IsEnding(string? word) =>
        word is not null && Endings.Any(ending => word.IndexOf(ending, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether a line on standard input asks a process to end.</summary>
    public static bool IsFarewell(string line) => Farewells.Contains(line.Trim().ToLowerInvariant());

    /// <summary>Whether the operation asks a process, on its standard input, to end.</summary>
    public static bool IsFarewell(IOperation operation) => operation is IInvocationOperation
    {
        TargetMethod.Name: "WriteLine" or "Write" or "WriteLineAsync" or "WriteAsync",
    } call && WritesFarewell(call);

    // The process of process.StandardOutput.
    private static IOperation? FindOwner(IOperation? stream) =>
        stream is IPropertyReferenceOperation { Property.ContainingType.Name: "Process", Instance: var process } ? process : null;

    private static bool WritesFarewell(IInvocationOperation call) => call.Arguments.Any(argument =>
        argument.Value.ConstantValue is { HasValue: true, Value: string text } && IsFarewell(text));

    private static EffectKind? ReadHasExited(IPropertyReferenceOperation property)
    {
        if (IsPolled(property))
        {
            return EffectKind.Wait;
        }

        if (HasExitedAsserts.Contain(property))
        {
            return EffectKind.ExitRead;
        }

        return GuardsStopRequest(property) ? EffectKind.Kill : IsAwaitedElsewhere(property) ? EffectKind.ObservedWait : null;
    }

    // while (!process.HasExited) ...
    private static bool IsPolled(IPropertyReferenceOperation property) =>
        IsLoopCondition(property)
        && !FindCondition(property.AncestorsOfType<ILoopOperation>().First())!.DescendantsAndSelf()
            .Any(inner => inner is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd })
        && IsInLoopToTheEnd(property);

    // while (!process.HasExited && clock.Elapsed < limit), WaitUntil(() => process.HasExited, limit)
    private static bool IsAwaitedElsewhere(IPropertyReferenceOperation property) =>
        IsLoopCondition(property)
        || property.AncestorsOfType<IAnonymousFunctionOperation>().FirstOrDefault()?.DelegateConsumer() is IArgumentOperation;

    private static bool IsLoopCondition(IOperation property) =>
        property.AncestorsOfType<ILoopOperation>().FirstOrDefault() is { } loop
        && FindCondition(loop) is { } condition
        && condition.Syntax.Span.Contains(property.Syntax.Span);

    // if (!process.HasExited) { await rpc.NotifyAsync("exit"); }
    private static bool GuardsStopRequest(IOperation property) => property.Ancestors()
        .TakeWhile(ancestor => ancestor is not IBlockOperation)
        .OfType<IConditionalOperation>()
        .Any(condition => condition.Condition.Syntax.Span.Contains(property.Syntax.Span)
            && condition.WhenTrue.DescendantsAndSelf().OfType<IInvocationOperation>().Any(IsStopRequest));

    private static bool IsStopRequest(IInvocationOperation call) => call.TargetMethod switch
    {
        { Name: "Start", ContainingType.Name: "Process" } => ShortLivedCommands.AsksToStop(call),
        { ContainingType.Name: "Process" } => false,
        _ when NonEscapingCalls.Contains(call) => false,
        var method => IsEnding(method.Name) || call.Arguments.Any(argument => IsEnding(ReadWord(argument.Value))),
    };

    private static string? ReadWord(IOperation value) =>
        value.ConstantValue.Value as string ?? (value as IMemberReferenceOperation)?.Member.Name;

    // The nearest loop has no other exit than its condition.
    private static bool IsInLoopToTheEnd(IOperation read) =>
        read.AncestorsOfType<ILoopOperation>().FirstOrDefault() is { } loop
        && !loop.Body.Descendants().Any(inner => inner
            is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation or IThrowOperation)
        && FindCondition(loop) is { } condition
        && condition.DescendantsAndSelf().Any(TestsForTheEnd);

    private static IOperation? FindCondition(ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation @while => @while.Condition,
        IForLoopOperation @for => @for.Condition,
        _ => null,
    };

    // while ((line = reader.ReadLine()) is not null) ends with the output. while (!line.Contains("ready")) ends when the server is up.
    private static bool TestsForTheEnd(IOperation operation) => operation
        is IPropertyReferenceOperation { Property.Name: "EndOfStream" or "HasExited" }
        or ILiteralOperation { ConstantValue: { HasValue: true, Value: null or true } }
        or IIsPatternOperation or IIsTypeOperation or INegatedPatternOperation
        or IInvocationOperation { TargetMethod.Name: "Peek" or "IsNullOrEmpty" or "IsNullOrWhiteSpace" };
}

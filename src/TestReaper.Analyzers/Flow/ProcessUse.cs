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

    /// <summary>The effect of a call on the process or on one of its streams.</summary>
    public static EffectKind? ReadCall(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Kill" or "CloseMainWindow" => EffectKind.Kill,
        "WaitForExit" when call.Arguments.Length > 0 => IsResultUsed(call) ? EffectKind.Wait : EffectKind.BoundedWait,
        "WaitForExit" => EffectKind.Wait,
        "WaitForExitAsync" => IsAwaited(call) ? EffectKind.Wait : EffectKind.BoundedWait,
        "Dispose" or "DisposeAsync" or "Close" when !ValueSources.IsStream(call.Instance?.Type) => EffectKind.Dispose,
        "Dispose" or "DisposeAsync" or "Close" when call.Instance?.Type?.Name is "StreamWriter" or "TextWriter" => EffectKind.Kill,
        "ReadToEnd" or "ReadToEndAsync" or "CopyToAsync" or "CopyTo" => IsResultUsed(call) ? EffectKind.Wait : null,
        "WriteLine" or "Write" or "WriteLineAsync" or "WriteAsync" when WritesFarewell(call) => EffectKind.Kill,
        "ReadLine" or "ReadLineAsync" when IsInLoopToTheEnd(call) => EffectKind.Wait,
        _ => null,
    };

    /// <summary>The effect of reading a property of the process.</summary>
    public static EffectKind? ReadProperty(IPropertyReferenceOperation property) => property.Property.Name switch
    {
        "ExitCode" or "ExitTime" => EffectKind.Wait,
        "HasExited" when IsPolled(property) || IsAssertedTrue(property) => EffectKind.Wait,
        "HasExited" when GuardsStopRequest(property) => EffectKind.Kill,
        "Id" or "Handle" or "SafeHandle" when PassesOn(property) => EffectKind.Escapes,
        _ => null,
    };

    /// <summary>Whether the name of a method or command asks a process to end.</summary>
    public static bool IsEnding(string? word) =>
        word is not null && Endings.Any(ending => word.IndexOf(ending, StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>Whether a line on standard input asks a process to end.</summary>
    public static bool IsFarewell(string line) => Farewells.Contains(line.Trim().ToLowerInvariant());

    private static bool WritesFarewell(IInvocationOperation call) => call.Arguments.Any(argument =>
        argument.Value.ConstantValue is { HasValue: true, Value: string text } && IsFarewell(text));

    // while (!process.HasExited) ...
    private static bool IsPolled(IPropertyReferenceOperation property) =>
        property.AncestorsOfType<IWhileLoopOperation>().FirstOrDefault() is { Condition: { } condition }
        && condition.Syntax.Span.Contains(property.Syntax.Span)
        && !condition.DescendantsAndSelf().Any(inner => inner is IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd })
        && IsInLoopToTheEnd(property);

    // Assert.True(process.HasExited), process.HasExited.Should().BeTrue()
    private static bool IsAssertedTrue(IOperation property)
    {
        var ancestors = property.Ancestors().TakeWhile(ancestor => ancestor is not IBlockOperation).ToList();
        return !ancestors.Any(ancestor => ancestor is IUnaryOperation or IBinaryOperation)
            && ancestors.Any(ancestor =>
                ancestor is IInvocationOperation { TargetMethod.Name: "True" or "IsTrue" or "BeTrue" or "ShouldBeTrue" });
    }

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

    private static bool PassesOn(IPropertyReferenceOperation id)
    {
        var argument = id.Ancestors()
            .TakeWhile(ancestor => ancestor is not (IBlockOperation or IExpressionStatementOperation))
            .OfType<IArgumentOperation>()
            .LastOrDefault();
        if (argument is { Parent: { } call })
        {
            return !NonEscapingCalls.Contains(call);
        }

        return id.Parent switch
        {
            IReturnOperation or IAssignmentOperation => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var copy } } => IsPassedOn(copy, id),
            _ => false,
        };
    }

    private static bool IsPassedOn(ILocalSymbol copy, IOperation id) => id.Ancestors().Last().Descendants()
        .OfType<ILocalReferenceOperation>()
        .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Local, copy))
        .Any(reference => reference.Parent is IReturnOperation || IsArgument(reference));

    private static bool IsArgument(ILocalReferenceOperation reference) =>
        reference.AncestorsOfType<IArgumentOperation>().LastOrDefault() is { Parent: { } call } && !NonEscapingCalls.Contains(call);

    // The nearest loop has no other exit than its condition.
    private static bool IsInLoopToTheEnd(IOperation read) =>
        read.AncestorsOfType<ILoopOperation>().FirstOrDefault() is { } loop
        && !loop.Body.Descendants().Any(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation)
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

    private static bool IsResultUsed(IOperation call) => call.Ancestors()
        .FirstOrDefault(ancestor => ancestor is not (IConditionalAccessOperation or IParenthesizedOperation or IConversionOperation))
        is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } or null);

    // An await that only races a delay, whose outcome is ignored, does not count.
    private static bool IsAwaited(IOperation call)
    {
        var race = call.AncestorsOfType<IInvocationOperation>().FirstOrDefault(outer => outer.TargetMethod.Name == "WhenAny");
        return IsResultUsed(call) && (race is null || IsResultUsed(race.Parent is IAwaitOperation await ? await : race));
    }
}

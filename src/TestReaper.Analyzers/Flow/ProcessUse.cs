using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads from a use of a process what it does to it; null where it only looks.</summary>
internal static class ProcessUse
{
    private static readonly string[] Endings = ["shutdown", "exit", "quit", "terminate", "stop", "kill"];
    private static readonly string[] Farewells = ["quit", "exit", "stop", "shutdown", "bye", "q"];

    /// <summary>A call of one of its own methods, or of its input's and output's.</summary>
    public static EffectKind? OfCall(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "Kill" or "CloseMainWindow" => EffectKind.Kill,
        "WaitForExit" when call.Arguments.Length > 0 => IsUsed(call) ? EffectKind.Wait : EffectKind.BoundedWait,
        "WaitForExit" => EffectKind.Wait,
        "WaitForExitAsync" => IsDropped(call) ? EffectKind.BoundedWait : EffectKind.Wait,
        "Dispose" or "DisposeAsync" or "Close" when !Sources.IsStream(call.Instance?.Type) => EffectKind.Dispose,
        "ReadToEnd" or "ReadToEndAsync" or "CopyToAsync" or "CopyTo" => IsDiscarded(call) ? null : EffectKind.Wait,
        "Dispose" or "DisposeAsync" or "Close" when call.Instance?.Type?.Name is "StreamWriter" or "TextWriter" => EffectKind.Kill,
        "WriteLine" or "Write" or "WriteLineAsync" or "WriteAsync" when call.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: string text } && IsFarewell(text)) => EffectKind.Kill,
        "ReadLine" or "ReadLineAsync" when ReadsAll(call) => EffectKind.Wait,
        _ => null,
    };

    /// <summary>A read of one of its properties.</summary>
    public static EffectKind? OfProperty(IPropertyReferenceOperation property) => property.Property.Name switch
    {
        "ExitCode" or "ExitTime" => EffectKind.Wait,
        "HasExited" when Parents(property).OfType<IWhileLoopOperation>().FirstOrDefault() is { Condition: { } condition } && IsAlone(condition, property) && ReadsAll(property) => EffectKind.Wait,
        "HasExited" when IsAssertedToHaveEnded(property) => EffectKind.Wait,
        "HasExited" when IsToldToEnd(property) => EffectKind.Kill,
        "Id" or "Handle" or "SafeHandle" when Parents(property).TakeWhile(parent => parent is not (IBlockOperation or IExpressionStatementOperation)).OfType<IArgumentOperation>().LastOrDefault() is { Parent: { } call } => Neutral.Is(call) ? null : EffectKind.PassOn,
        "Id" or "Handle" or "SafeHandle" when property.Parent is IReturnOperation or IAssignmentOperation => EffectKind.PassOn,
        "Id" or "Handle" or "SafeHandle" when property.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var copy } } && IsPassedOn(copy, property) => EffectKind.PassOn,
        _ => null,
    };

    // if (!process.HasExited) { await rpc.NotifyAsync("exit"); }: its protocol ends it.
    private static bool IsToldToEnd(IOperation property) => Parents(property).TakeWhile(parent => parent is not IBlockOperation).OfType<IConditionalOperation>().Any(condition =>
        condition.Condition.Syntax.Span.Contains(property.Syntax.Span) && condition.WhenTrue.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call =>
            call.TargetMethod is { Name: "Start", ContainingType.Name: "Process" } ? Commands.SaysStop(call) : call.TargetMethod.ContainingType?.Name != "Process" && !Neutral.Is(call) && (SaysEnd(call.TargetMethod.Name) || call.Arguments.Any(argument => SaysEnd(argument.Value.ConstantValue.Value as string ?? (argument.Value as IMemberReferenceOperation)?.Member.Name)))));

    // Assert.True(process.HasExited), process.HasExited.Should().BeTrue()
    private static bool IsAssertedToHaveEnded(IOperation property) => Parents(property).TakeWhile(parent => parent is not IBlockOperation).OfType<IInvocationOperation>().Any(call =>
        call.TargetMethod.Name is "True" or "IsTrue" or "BeTrue" or "ShouldBeTrue") && !Parents(property).TakeWhile(parent => parent is not IBlockOperation).Any(parent => parent is IUnaryOperation or IBinaryOperation);

    public static bool SaysEnd(string? word) => word is not null && Endings.Any(ending => word.IndexOf(ending, System.StringComparison.OrdinalIgnoreCase) >= 0);

    public static bool IsFarewell(string line) => Farewells.Contains(line.Trim().ToLowerInvariant());

    private static bool IsPassedOn(ILocalSymbol copy, IOperation property) => Parents(property).Last().Descendants().OfType<ILocalReferenceOperation>().Any(reference =>
        SymbolEqualityComparer.Default.Equals(reference.Local, copy) && (reference.Parent is IReturnOperation || Parents(reference).OfType<IArgumentOperation>().LastOrDefault() is { Parent: { } call } && !Neutral.Is(call)));

    private static bool IsAlone(IOperation condition, IOperation property) => condition.Syntax.Span.Contains(property.Syntax.Span) && !condition.DescendantsAndSelf().OfType<IBinaryOperation>().Any(binary => binary.OperatorKind == BinaryOperatorKind.ConditionalAnd);

    // A loop to the end has no other way out.
    private static bool ReadsAll(IOperation read) => Parents(read).OfType<ILoopOperation>().FirstOrDefault() is { } loop && !loop.Body.Descendants().Any(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation) && GoesToTheEnd(loop);

    // while ((line = reader.ReadLine()) is not null), while (!reader.EndOfStream): while (!line.Contains("listening")) leaves a server that is up.
    private static bool GoesToTheEnd(ILoopOperation loop) => (loop switch { IWhileLoopOperation @while => @while.Condition, IForLoopOperation @for => @for.Condition, _ => null }) is { } condition
        && condition.DescendantsAndSelf().Any(inner => inner is IPropertyReferenceOperation { Property.Name: "EndOfStream" or "HasExited" } or ILiteralOperation { ConstantValue: { HasValue: true, Value: null or true } } or IIsPatternOperation or IIsTypeOperation or INegatedPatternOperation
            or IInvocationOperation { TargetMethod.Name: "Peek" or "IsNullOrEmpty" or "IsNullOrWhiteSpace" });

    private static bool IsUsed(IOperation call)
    {
        var parent = call.Parent;
        while (parent is IConditionalAccessOperation or IParenthesizedOperation or IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent is not (IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } or null);
    }

    private static bool IsDiscarded(IOperation call) => !IsUsed(call);

    // Not awaited, or awaited only to race a delay whose outcome nobody looks at.
    private static bool IsDropped(IOperation call) => IsDiscarded(call)
        || Parents(call).OfType<IInvocationOperation>().FirstOrDefault(outer => outer.TargetMethod.Name == "WhenAny") is { } race && IsDiscarded(race.Parent is IAwaitOperation await ? await : race);

    private static System.Collections.Generic.IEnumerable<IOperation> Parents(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}

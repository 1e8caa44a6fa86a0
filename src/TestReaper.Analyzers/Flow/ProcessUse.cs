using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads from a use of a process what it does to it; null where it only looks.</summary>
internal static class ProcessUse
{
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
        "WriteLine" or "Write" or "WriteLineAsync" or "WriteAsync" when call.Arguments.Any(argument => argument.Value.ConstantValue is { HasValue: true, Value: string text } && Farewells.Contains(text.Trim().ToLowerInvariant())) => EffectKind.Kill,
        "ReadLine" or "ReadLineAsync" when ReadsAll(call) => EffectKind.Wait,
        _ => null,
    };

    /// <summary>A read of one of its properties.</summary>
    public static EffectKind? OfProperty(IPropertyReferenceOperation property) => property.Property.Name switch
    {
        "ExitCode" or "ExitTime" => EffectKind.Wait,
        "HasExited" when Parents(property).OfType<IWhileLoopOperation>().FirstOrDefault() is { Condition: { } condition } && IsAlone(condition, property) && ReadsAll(property) => EffectKind.Wait,
        "Id" or "Handle" or "SafeHandle" when Parents(property).TakeWhile(parent => parent is not (IBlockOperation or IExpressionStatementOperation)).OfType<IArgumentOperation>().LastOrDefault() is { Parent: { } call } => Neutral.Is(call) ? null : EffectKind.PassOn,
        "Id" or "Handle" or "SafeHandle" when property.Parent is IReturnOperation or IAssignmentOperation => EffectKind.PassOn,
        "Id" or "Handle" or "SafeHandle" when property.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var copy } } && IsPassedOn(copy, property) => EffectKind.PassOn,
        _ => null,
    };

    private static bool IsPassedOn(ILocalSymbol copy, IOperation property) => Parents(property).Last().Descendants().OfType<ILocalReferenceOperation>().Any(reference =>
        SymbolEqualityComparer.Default.Equals(reference.Local, copy) && (reference.Parent is IReturnOperation || Parents(reference).OfType<IArgumentOperation>().LastOrDefault() is { Parent: { } call } && !Neutral.Is(call)));

    private static bool IsAlone(IOperation condition, IOperation property) => condition.Syntax.Span.Contains(property.Syntax.Span) && !condition.DescendantsAndSelf().OfType<IBinaryOperation>().Any(binary => binary.OperatorKind == BinaryOperatorKind.ConditionalAnd);

    // A loop to the end has no other way out.
    private static bool ReadsAll(IOperation read) => Parents(read).OfType<ILoopOperation>().FirstOrDefault() is { } loop && !loop.Body.Descendants().Any(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation);

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

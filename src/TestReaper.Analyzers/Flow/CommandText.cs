using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads the constant texts of a command.</summary>
internal static class CommandText
{
    /// <summary>The constant value. Of a choice between two constants it is the first. Null if not constant.</summary>
    public static string? ReadConstant(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IConversionOperation conversion => ReadConstant(conversion.Operand),
        IConditionalOperation { WhenFalse: { } other } choice when ReadConstant(other) is not null => ReadConstant(choice.WhenTrue),
        _ => null,
    };

    /// <summary>The constant beginning of a text. For <c>$"rm -f {name}"</c> that is enough to recognize the verb.</summary>
    public static string? Read(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IInterpolatedStringOperation interpolated => ReadFirstPart(interpolated),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => Read(sum.LeftOperand),
        IArrayCreationOperation { Initializer.ElementValues: { Length: > 0 } elements } => Read(elements[0]),
        IConversionOperation conversion => Read(conversion.Operand),
        _ => null,
    };

    private static string? ReadFirstPart(IInterpolatedStringOperation interpolated) =>
        interpolated.Parts.FirstOrDefault() is IInterpolatedStringTextOperation text ? text.Text.ConstantValue.Value as string : null;
}

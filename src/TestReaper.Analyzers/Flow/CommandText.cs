using System;
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

    /// <summary>The name of the program. An address that the system opens in a browser is a program without a constant name.</summary>
    public static string? ReadFileName(IOperation value) => ReadConstant(value) ?? (IsAddress(value) ? "http://" : null);

    /// <summary>The text with a question mark for each part that is not constant. Null if it does not begin with a constant.</summary>
    /// <remarks>Of a sum it is the beginning. For <c>"rm -f " + name</c> that is enough to recognize the verb.</remarks>
    public static string? Read(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IInterpolatedStringOperation interpolated => ReadParts(interpolated),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => Read(sum.LeftOperand),
        IArrayCreationOperation { Initializer.ElementValues: { Length: > 0 } elements } => Read(elements[0]),
        IConversionOperation conversion => Read(conversion.Operand),
        _ => null,
    };

    private static string? ReadParts(IInterpolatedStringOperation interpolated) =>
        interpolated.Parts.FirstOrDefault() is IInterpolatedStringTextOperation
            ? string.Concat(interpolated.Parts.Select(part => ReadConstantPart(part) ?? "?"))
            : null;

    private static string? ReadConstantPart(IInterpolatedStringContentOperation part) =>
        part is IInterpolatedStringTextOperation text ? text.Text.ConstantValue.Value as string : null;

    // $"http://localhost:{port}", server.Url, uri.ToString()
    private static bool IsAddress(IOperation value) => value switch
    {
        IConversionOperation conversion => IsAddress(conversion.Operand),
        ILocalReferenceOperation local => IsAddressName(local.Local.Name),
        IParameterReferenceOperation parameter => IsAddressName(parameter.Parameter.Name),
        IMemberReferenceOperation member => member.Instance?.Type?.Name == "Uri" || IsAddressName(member.Member.Name),
        IInvocationOperation call => call.Instance?.Type?.Name == "Uri" || (call.Instance is { } text && IsAddress(text)),
        _ => Read(value) is { } text
            && text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && text.Contains("://"),
    };

    private static bool IsAddressName(string name) =>
        name.EndsWith("Url", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Uri", StringComparison.OrdinalIgnoreCase);
}

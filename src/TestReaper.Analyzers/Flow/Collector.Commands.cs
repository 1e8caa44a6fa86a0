using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <content>Which constant command a start runs.</content>
internal sealed partial class Collector
{
    private StartCommand CommandOf(IEnumerable<IArgumentOperation> arguments)
    {
        var values = arguments.Select(argument => argument.Value).ToList();
        return values.Count == 0 ? new StartCommand(null, null)
            : Command(values[0]) ?? new StartCommand(values[0].ConstantValue.Value as string, values.Count > 1 ? Text(values[1]) : null);
    }

    /// <summary>The command of a <c>new Process</c>, set where it is made or on its local.</summary>
    public StartCommand? CommandOf(object made) => made is IObjectCreationOperation creation
        ? Assignments(creation).Where(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "StartInfo" }).Select(assignment => Command(assignment.Value)).FirstOrDefault(command => command is not null)
            ?? (creation.Initializer?.Descendants().OfType<ISimpleAssignmentOperation>().FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "FileName" }) is { } name ? new StartCommand(name.Value.ConstantValue.Value as string, null) : null)
        : null;

    private StartCommand? Command(IOperation? value) => value switch
    {
        IConversionOperation conversion => Command(conversion.Operand),
        ILocalReferenceOperation local => _startInfos.TryGetValue(local.Local, out var command) ? command : null,
        IObjectCreationOperation { Type.Name: "ProcessStartInfo" } creation => OfCreation(creation),
        _ => null,
    };

    private static StartCommand OfCreation(IObjectCreationOperation creation)
    {
        var values = creation.Arguments.Where(argument => argument.ArgumentKind == ArgumentKind.Explicit).Select(argument => argument.Value).ToList();
        var command = new StartCommand(values.Count > 0 ? values[0].ConstantValue.Value as string : null, values.Count > 1 ? Text(values[1]) : null);
        foreach (var assignment in Assignments(creation))
        {
            switch ((assignment.Target as IPropertyReferenceOperation)?.Property.Name)
            {
                case "FileName":
                    command.FileName = assignment.Value.ConstantValue.Value as string;
                    break;
                case "Arguments":
                    command.Arguments = Text(assignment.Value);
                    break;
            }
        }

        var verb = creation.Initializer?.Initializers.OfType<IMemberInitializerOperation>().FirstOrDefault(member => member.InitializedMember is IPropertyReferenceOperation { Property.Name: "ArgumentList" })?
            .Initializer.Initializers.OfType<IInvocationOperation>().FirstOrDefault()?.Arguments.FirstOrDefault()?.Value;
        command.Arguments ??= verb is null ? null : Text(verb);
        return command;
    }

    private static IEnumerable<ISimpleAssignmentOperation> Assignments(IObjectCreationOperation creation) => creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [];

    // $"rm -f {name}" begins with what counts.
    private static string? Text(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IInterpolatedStringOperation interpolated => interpolated.Parts.FirstOrDefault() is IInterpolatedStringTextOperation first ? first.Text.ConstantValue.Value as string : null,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => Text(sum.LeftOperand),
        IArrayCreationOperation { Initializer.ElementValues: { Length: > 0 } elements } => Text(elements[0]),
        IConversionOperation conversion => Text(conversion.Operand),
        _ => null,
    };
}

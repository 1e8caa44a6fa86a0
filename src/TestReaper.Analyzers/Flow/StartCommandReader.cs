using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads the constant command that a start runs. Remembers the ProcessStartInfo locals that it has seen.</summary>
internal sealed class StartCommandReader
{
    private readonly Dictionary<ILocalSymbol, StartCommand> _startInfos = new(SymbolEqualityComparer.Default);

    public void ReadDeclaration(ILocalSymbol local, IOperation value)
    {
        if (ReadStartInfo(value) is { } command)
        {
            _startInfos[local] = command;
        }
    }

    /// <summary>Reads <c>info.FileName = ...</c> and <c>info.Arguments = ...</c>. The last assignment counts.</summary>
    public void ReadAssignment(IAssignmentOperation assignment)
    {
        if (assignment.Target is not IPropertyReferenceOperation
            {
                Property.Name: "FileName" or "Arguments",
                Instance: ILocalReferenceOperation info,
            } property)
        {
            return;
        }

        if (!_startInfos.TryGetValue(info.Local, out var command))
        {
            _startInfos[info.Local] = command = new StartCommand(null, null);
        }

        var constant = assignment.Value.ConstantValue.Value as string;
        if (property.Property.Name == "FileName")
        {
            command.FileName = constant;
        }
        else
        {
            command.Arguments = constant;
        }
    }

    /// <summary>The command of a call such as Process.Start.</summary>
    public StartCommand ReadCall(ImmutableArray<IArgumentOperation> arguments) => arguments.IsEmpty
        ? new StartCommand(null, null)
        : ReadStartInfo(arguments[0].Value) ?? ReadValues(arguments.Select(argument => argument.Value).ToList());

    /// <summary>The command of a <c>new Process</c>, set in its initializer.</summary>
    public StartCommand? ReadCreation(object node)
    {
        if (node is not IObjectCreationOperation creation)
        {
            return null;
        }

        var command = FindAssignments(creation)
            .Where(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "StartInfo" })
            .Select(assignment => ReadStartInfo(assignment.Value))
            .FirstOrDefault(found => found is not null);
        var fileName = creation.Initializer?.Descendants().OfType<ISimpleAssignmentOperation>()
            .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "FileName" });
        return command ?? (fileName is null ? null : new StartCommand(fileName.Value.ConstantValue.Value as string, null));
    }

    private StartCommand? ReadStartInfo(IOperation? value) => value switch
    {
        IConversionOperation conversion => ReadStartInfo(conversion.Operand),
        ILocalReferenceOperation local => _startInfos.TryGetValue(local.Local, out var command) ? command : null,
        IObjectCreationOperation { Type.Name: "ProcessStartInfo" } creation => ReadNewStartInfo(creation),
        _ => null,
    };

    private static StartCommand ReadNewStartInfo(IObjectCreationOperation creation)
    {
        var command = ReadValues(creation.Arguments
            .Where(argument => argument.ArgumentKind == ArgumentKind.Explicit)
            .Select(argument => argument.Value)
            .ToList());
        foreach (var assignment in FindAssignments(creation))
        {
            switch ((assignment.Target as IPropertyReferenceOperation)?.Property.Name)
            {
                case "FileName":
                    command.FileName = assignment.Value.ConstantValue.Value as string;
                    break;
                case "Arguments":
                    command.Arguments = ReadText(assignment.Value);
                    break;
            }
        }

        command.Arguments ??= ReadArgumentList(creation);
        return command;
    }

    private static StartCommand ReadValues(List<IOperation> values) => new(
        values.Count > 0 ? values[0].ConstantValue.Value as string : null,
        values.Count > 1 ? ReadText(values[1]) : null);

    // new ProcessStartInfo { ArgumentList = { "rm", "-f" } }: the first word is the verb.
    private static string? ReadArgumentList(IObjectCreationOperation creation)
    {
        var list = creation.Initializer?.Initializers.OfType<IMemberInitializerOperation>()
            .FirstOrDefault(member => member.InitializedMember is IPropertyReferenceOperation { Property.Name: "ArgumentList" });
        var verb = list?.Initializer.Initializers.OfType<IInvocationOperation>().FirstOrDefault()?.Arguments.FirstOrDefault()?.Value;
        return verb is null ? null : ReadText(verb);
    }

    private static IEnumerable<ISimpleAssignmentOperation> FindAssignments(IObjectCreationOperation creation) =>
        creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [];

    // The constant beginning of the text. For $"rm -f {name}" that is enough to recognize the verb.
    private static string? ReadText(IOperation value) => value switch
    {
        { ConstantValue: { HasValue: true, Value: string text } } => text,
        IInterpolatedStringOperation interpolated => ReadFirstPart(interpolated),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => ReadText(sum.LeftOperand),
        IArrayCreationOperation { Initializer.ElementValues: { Length: > 0 } elements } => ReadText(elements[0]),
        IConversionOperation conversion => ReadText(conversion.Operand),
        _ => null,
    };

    private static string? ReadFirstPart(IInterpolatedStringOperation interpolated) =>
        interpolated.Parts.FirstOrDefault() is IInterpolatedStringTextOperation text ? text.Text.ConstantValue.Value as string : null;
}

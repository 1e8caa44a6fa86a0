using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Reads the constant command that a start runs.</summary>
/// <remarks>
/// Remembers the command of each variable that holds a ProcessStartInfo, and of each variable that holds a Process with one. After
/// <c>process.StartInfo = info</c> both variables have the same command, so a later <c>info.FileName = ...</c> changes both.
/// </remarks>
internal sealed class StartCommandReader
{
    private readonly Dictionary<ISymbol, StartCommand> _commands = new(SymbolEqualityComparer.Default);

    /// <summary>Reads the initial value of a variable.</summary>
    public void ReadDeclaration(ISymbol variable, IOperation value)
    {
        if (ReadStartInfo(value) is { } command)
        {
            _commands[variable] = command;
        }
    }

    /// <summary>Reads an assignment of a variable or of a property of one. The last assignment counts.</summary>
    public void ReadAssignment(IAssignmentOperation assignment)
    {
        var property = (assignment.Target as IPropertyReferenceOperation)?.Property;
        if (property?.ContainingType.Name == "ProcessStartInfo")
        {
            if (FindVariable(((IPropertyReferenceOperation)assignment.Target).Instance) is { } owner)
            {
                if (!_commands.TryGetValue(owner, out var command))
                {
                    _commands[owner] = command = new StartCommand(null, null);
                }

                Set(command, property.Name, assignment.Value);
            }
        }
        else if (FindVariable(assignment.Target) is { } variable)
        {
            ReadDeclaration(variable, assignment.Value);
        }
    }

    /// <summary>Reads <c>info.ArgumentList.Add("word")</c>. The first word is the verb.</summary>
    public void ReadAdd(IInvocationOperation call)
    {
        if (call is { TargetMethod.Name: "Add", Arguments.Length: 1, Instance: IPropertyReferenceOperation list }
            && list.Property.Name == "ArgumentList"
            && FindVariable(list.Instance) is { } variable
            && _commands.TryGetValue(variable, out var command))
        {
            command.Arguments ??= CommandText.Read(call.Arguments[0].Value);
        }
    }

    /// <summary>The command of a call such as Process.Start.</summary>
    public StartCommand ReadCall(ImmutableArray<IArgumentOperation> arguments) => arguments.IsEmpty
        ? new StartCommand(null, null)
        : ReadStartInfo(arguments[0].Value) ?? ReadValues(arguments.Select(argument => argument.Value).ToList());

    /// <summary>The command of a process that was created by <paramref name="node"/> and on which Start is called.</summary>
    public StartCommand? ReadInstance(IOperation process, object node) =>
        (FindVariable(process) is { } variable && _commands.TryGetValue(variable, out var command) ? command : null)
        ?? ReadCreation(node as IObjectCreationOperation);

    // The command of a new Process, set in its initializer.
    private StartCommand? ReadCreation(IObjectCreationOperation? creation)
    {
        var initializers = creation?.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty;
        var command = initializers.OfType<ISimpleAssignmentOperation>()
            .Where(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: "StartInfo" })
            .Select(assignment => ReadStartInfo(assignment.Value))
            .FirstOrDefault(found => found is not null);
        if (command is null && initializers.OfType<IMemberInitializerOperation>().FirstOrDefault() is { } nested)
        {
            command = new StartCommand(null, null);
            SetAll(command, nested.Initializer.Initializers);
        }

        return command;
    }

    private StartCommand? ReadStartInfo(IOperation? value) => value switch
    {
        IConversionOperation conversion => ReadStartInfo(conversion.Operand),
        IObjectCreationOperation { Type.Name: "ProcessStartInfo" } creation => ReadNewStartInfo(creation),
        IObjectCreationOperation { Type.Name: "Process" } creation => ReadCreation(creation),
        _ => FindVariable(value) is { } variable && _commands.TryGetValue(variable, out var command) ? command : null,
    };

    private static StartCommand ReadNewStartInfo(IObjectCreationOperation creation)
    {
        var command = ReadValues(creation.Arguments
            .Where(argument => argument.ArgumentKind == ArgumentKind.Explicit)
            .Select(argument => argument.Value)
            .ToList());
        SetAll(command, creation.Initializer?.Initializers ?? ImmutableArray<IOperation>.Empty);
        return command;
    }

    private static void SetAll(StartCommand command, ImmutableArray<IOperation> initializers)
    {
        foreach (var assignment in initializers.OfType<ISimpleAssignmentOperation>())
        {
            Set(command, (assignment.Target as IPropertyReferenceOperation)?.Property.Name, assignment.Value);
        }

        // ArgumentList = { "rm", "-f" }: the first word is the verb.
        var list = initializers.OfType<IMemberInitializerOperation>()
            .FirstOrDefault(member => member.InitializedMember is IPropertyReferenceOperation { Property.Name: "ArgumentList" });
        var verb = list?.Initializer.Initializers.OfType<IInvocationOperation>().FirstOrDefault()?.Arguments.FirstOrDefault()?.Value;
        command.Arguments ??= verb is null ? null : CommandText.Read(verb);
    }

    private static void Set(StartCommand command, string? property, IOperation value)
    {
        switch (property)
        {
            case "FileName":
                command.FileName = CommandText.ReadFileName(value);
                break;
            case "Arguments":
                command.Arguments = CommandText.Read(value);
                break;
            case "KillOnParentExit":
                command.EndsWithParent = value.ConstantValue is { HasValue: true, Value: true };
                break;
        }
    }

    private static StartCommand ReadValues(List<IOperation> values) => new(
        values.Count > 0 ? CommandText.ReadFileName(values[0]) : null,
        values.Count > 1 ? CommandText.Read(values[1]) : null);

    // The command of `process.StartInfo` is that of the process.
    private static ISymbol? FindVariable(IOperation? operation) => operation switch
    {
        null => null,
        IPropertyReferenceOperation { Property.Name: "StartInfo", Instance: { } process } => FindVariable(process),
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => FixtureUse.FindReferenced(operation),
    };
}

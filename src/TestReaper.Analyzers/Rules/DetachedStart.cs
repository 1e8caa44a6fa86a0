using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0011: the start of a command that returns at once and leaves its process to a daemon or to init.</summary>
internal sealed class DetachedStart(KnownSymbols symbols, CancellationToken cancellation)
{
    private readonly StartedCommands _commands = new();

    public void Check(INamedTypeSymbol type, IEnumerable<OwnedOperation> blocks, Action<Diagnostic> report)
    {
        var mayStop = new Lazy<bool>(() => MayStop(type));
        foreach (var operation in blocks.SelectMany(block => block.Operation.DescendantsAndSelf()))
        {
            switch (operation)
            {
                case IInvocationOperation call:
                    AddCall(call);
                    if (DetachedApi.Find(call, symbols) is { } start && !mayStop.Value)
                    {
                        report(Diagnostic.Create(Descriptors.DetachedStart, call.Syntax.GetLocation(), start));
                    }

                    break;
                case IObjectCreationOperation creation:
                    AddCreation(creation);
                    break;
                case ISimpleAssignmentOperation assignment:
                    AddAssignment(assignment);
                    if (DetachedApi.Find(assignment, symbols) is { } property && !mayStop.Value)
                    {
                        report(Diagnostic.Create(Descriptors.DetachedStart, assignment.Syntax.GetLocation(), property));
                    }

                    break;
            }
        }

        foreach (var command in _commands.Join())
        {
            if (DetachingCommands.Find(command.File, command.Arguments) is { } found && !StopCommands.ExistIn(type, found, cancellation))
            {
                report(Diagnostic.Create(Descriptors.DetachedStart, command.Syntax.GetLocation(), found));
            }
        }
    }

    private bool MayStop(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(part =>
        part.GetSyntax(cancellation).DescendantTokens().Any(token => token.ValueText is "Kill" or "GetProcessById"));

    private void AddCall(IInvocationOperation call)
    {
        if (IsStart(call.TargetMethod))
        {
            AddCommand(call, null, call.Arguments, null);
        }
        else if (call is { TargetMethod.Name: "Add", Arguments.Length: 1, Instance: IPropertyReferenceOperation list }
            && list is { Property.Name: "ArgumentList", Instance: { } owner }
            && list.Property.ContainingType.IsSame(symbols.ProcessStartInfo)
            && FindVariable(owner) is { } variable
            && call.Arguments[0].Value.Syntax is ExpressionSyntax word)
        {
            _commands.Continue(call.Syntax, variable, null, [ConstantText.Read(word, call.SemanticModel!, cancellation)]);
        }
    }

    private void AddCreation(IObjectCreationOperation creation)
    {
        if (!creation.Type.IsSame(symbols.ProcessStartInfo) && !creation.Type.IsSame(symbols.ServerProcessOptions))
        {
            return;
        }

        var variable = creation.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => fields[0],
            ISimpleAssignmentOperation assignment => FindVariable(assignment.Target),
            _ => (ISymbol?)null,
        };
        AddCommand(creation, variable, creation.Arguments, creation.Initializer);
    }

    private void AddCommand(
        IOperation start,
        ISymbol? variable,
        ImmutableArray<IArgumentOperation> arguments,
        IObjectOrCollectionInitializerOperation? initializer)
    {
        var reader = new CommandReader(start.SemanticModel!, cancellation);
        foreach (var argument in arguments.Where(argument => argument.ArgumentKind == ArgumentKind.Explicit))
        {
            reader.Read(argument.Parameter?.Name, argument.Value.Syntax as ExpressionSyntax);
        }

        foreach (var member in (initializer?.Syntax as InitializerExpressionSyntax)?.Expressions.OfType<AssignmentExpressionSyntax>() ?? [])
        {
            reader.Read((member.Left as IdentifierNameSyntax)?.Identifier.ValueText, member.Right);
        }

        _commands.Begin(start.Syntax, variable, reader.File, reader.Arguments);
    }

    private void AddAssignment(ISimpleAssignmentOperation assignment)
    {
        if (assignment.Target is IPropertyReferenceOperation { Property: { Name: "FileName" or "Arguments" } property, Instance: { } owner }
            && property.ContainingType.IsSame(symbols.ProcessStartInfo)
            && FindVariable(owner) is { } variable
            && assignment.Value.Syntax is ExpressionSyntax value)
        {
            var reader = new CommandReader(assignment.SemanticModel!, cancellation);
            reader.Read(property.Name, value);
            _commands.Continue(assignment.Syntax, variable, reader.File, reader.Arguments);
        }
    }

    // `process.StartInfo` is identified by the variable of the process.
    private static ISymbol? FindVariable(IOperation owner) => owner switch
    {
        IPropertyReferenceOperation { Property.Name: "StartInfo", Instance: { } process } => FindVariable(process),
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => FixtureUse.FindReferenced(owner),
    };

    private bool IsStart(IMethodSymbol method) =>
        method is { Name: "Start", IsStatic: true, Parameters: { Length: > 0 } parameters }
        && method.ContainingType.IsSame(symbols.Process)
        && parameters[0].Type.SpecialType == SpecialType.System_String;
}

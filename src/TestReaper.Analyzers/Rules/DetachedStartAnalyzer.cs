using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0011: a start of a command that returns at once, and leaves what it started to a daemon or to init.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DetachedStartAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.DetachedStart);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownSymbols.Of(start.Compilation) is { } symbols && start.Compilation.GetTypeByMetadataName("System.Diagnostics.ProcessStartInfo") is { } startInfo)
            {
                var options = start.Compilation.GetTypeByMetadataName("TestReaper.ServerProcessOptions");
                start.RegisterSymbolStartAction(of => Watch(of, symbols.Process, startInfo, options), SymbolKind.NamedType);
            }
        });
    }

    private static void Watch(SymbolStartAnalysisContext context, INamedTypeSymbol process, INamedTypeSymbol startInfo, INamedTypeSymbol? options)
    {
        var commands = new StartedCommands();
        context.RegisterOperationAction(of => OfStart((IInvocationOperation)of.Operation, process, startInfo, commands, of.CancellationToken), OperationKind.Invocation);
        context.RegisterOperationAction(
            of =>
            {
                if (of.Operation.Type.IsSame(startInfo) || of.Operation.Type.IsSame(options))
                {
                    OfCreation((IObjectCreationOperation)of.Operation, commands, of.CancellationToken);
                }
            },
            OperationKind.ObjectCreation);
        context.RegisterOperationAction(of => OfAssignment((ISimpleAssignmentOperation)of.Operation, startInfo, commands, of.CancellationToken), OperationKind.SimpleAssignment);
        context.RegisterSymbolEndAction(of =>
        {
            foreach (var (at, file, arguments) in commands.Whole())
            {
                if (DetachingCommands.Find(file, arguments) is { } found && !StopCommands.AreIn((INamedTypeSymbol)of.Symbol, found, of.CancellationToken))
                {
                    of.ReportDiagnostic(Diagnostic.Create(Descriptors.DetachedStart, at.GetLocation(), found));
                }
            }
        });
    }

    private static void OfStart(IInvocationOperation call, INamedTypeSymbol process, INamedTypeSymbol startInfo, StartedCommands commands, CancellationToken cancellation)
    {
        if (call.TargetMethod is { Name: "Start", IsStatic: true, Parameters: { Length: > 0 } parameters } method && method.ContainingType.IsSame(process) && parameters[0].Type.SpecialType == SpecialType.System_String)
        {
            Begin(call, null, call.Arguments, null, commands, cancellation);
        }
        else if (call.TargetMethod.Name is "Add" && call.Instance is IPropertyReferenceOperation { Property.Name: "ArgumentList", Instance: { } owner } list && list.Property.ContainingType.IsSame(startInfo)
            && Variable(owner) is { } variable && call.Arguments.Length == 1 && call.Arguments[0].Value.Syntax is ExpressionSyntax word)
        {
            commands.Continue(call.Syntax, variable, null, [ConstantText.Of(word, call.SemanticModel!, cancellation)]);
        }
    }

    private static void OfCreation(IObjectCreationOperation creation, StartedCommands commands, CancellationToken cancellation)
    {
        var variable = creation.Parent switch
        {
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
            IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => fields[0],
            ISimpleAssignmentOperation assignment => Variable(assignment.Target),
            _ => (ISymbol?)null,
        };
        Begin(creation, variable, creation.Arguments, creation.Initializer, commands, cancellation);
    }

    private static void Begin(IOperation at, ISymbol? variable, ImmutableArray<IArgumentOperation> given, IObjectOrCollectionInitializerOperation? initializer, StartedCommands commands, CancellationToken cancellation)
    {
        string? file = null;
        List<string> arguments = [];
        foreach (var argument in given)
        {
            if (argument.Value.Syntax is ExpressionSyntax value && argument.ArgumentKind == ArgumentKind.Explicit)
            {
                Take(argument.Parameter?.Name, value);
            }
        }

        foreach (var member in (initializer?.Syntax as InitializerExpressionSyntax)?.Expressions.OfType<AssignmentExpressionSyntax>() ?? [])
        {
            Take((member.Left as IdentifierNameSyntax)?.Identifier.ValueText, member.Right);
        }

        commands.Begin(at.Syntax, variable, file, arguments);

        void Take(string? name, ExpressionSyntax value)
        {
            if (name is "fileName" or "FileName")
            {
                file = ConstantText.Of(value, at.SemanticModel!, cancellation);
            }
            else if (name is "arguments" or "Arguments" or "ArgumentList")
            {
                arguments.AddRange(StartedCommands.Words(value, at.SemanticModel!, cancellation));
            }
        }
    }

    private static void OfAssignment(ISimpleAssignmentOperation assignment, INamedTypeSymbol startInfo, StartedCommands commands, CancellationToken cancellation)
    {
        if (assignment.Target is not IPropertyReferenceOperation { Property: { Name: "FileName" or "Arguments" } property, Instance: { } owner } || !property.ContainingType.IsSame(startInfo)
            || Variable(owner) is not { } variable || assignment.Value.Syntax is not ExpressionSyntax value)
        {
            return;
        }

        var isFile = property.Name == "FileName";
        commands.Continue(
            assignment.Syntax, variable, isFile ? ConstantText.Of(value, assignment.SemanticModel!, cancellation) : null, isFile ? [] : StartedCommands.Words(value, assignment.SemanticModel!, cancellation));
    }

    // `process.StartInfo` belongs to the process.
    private static ISymbol? Variable(IOperation owner) => owner switch
    {
        IPropertyReferenceOperation { Property.Name: "StartInfo", Instance: { } process } => Variable(process),
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => FixtureUse.Referenced(owner),
    };
}

using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0011: the start of a command that returns at once and leaves its process to a daemon or to init.</summary>
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
            if (KnownSymbols.FromCompilation(start.Compilation) is { } symbols
                && start.Compilation.GetTypeByMetadataName("System.Diagnostics.ProcessStartInfo") is { } startInfo)
            {
                var options = start.Compilation.GetTypeByMetadataName("TestReaper.ServerProcessOptions");
                var types = new StartTypes(symbols.Process, startInfo, options);
                start.RegisterSymbolStartAction(type => CheckType(type, types), SymbolKind.NamedType);
            }
        });
    }

    private static void CheckType(SymbolStartAnalysisContext context, StartTypes types)
    {
        var commands = new StartedCommands();
        context.RegisterOperationAction(call => AddCall(call, types, commands), OperationKind.Invocation);
        context.RegisterOperationAction(creation => AddCreation(creation, types, commands), OperationKind.ObjectCreation);
        context.RegisterOperationAction(assignment => AddAssignment(assignment, types, commands), OperationKind.SimpleAssignment);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var (syntax, file, arguments) in commands.Join())
            {
                if (DetachingCommands.Find(file, arguments) is { } found
                    && !StopCommands.ExistIn((INamedTypeSymbol)end.Symbol, found, end.CancellationToken))
                {
                    end.ReportDiagnostic(Diagnostic.Create(Descriptors.DetachedStart, syntax.GetLocation(), found));
                }
            }
        });
    }

    private static void AddCall(OperationAnalysisContext context, StartTypes types, StartedCommands commands)
    {
        var call = (IInvocationOperation)context.Operation;
        if (types.IsStart(call.TargetMethod))
        {
            AddCommand(call, null, call.Arguments, null, commands, context);
        }
        else if (call is { TargetMethod.Name: "Add", Arguments.Length: 1, Instance: IPropertyReferenceOperation list }
            && list is { Property.Name: "ArgumentList", Instance: { } owner }
            && types.IsStartInfo(list.Property.ContainingType)
            && FindVariable(owner) is { } variable
            && call.Arguments[0].Value.Syntax is ExpressionSyntax word)
        {
            commands.Continue(call.Syntax, variable, null, [ConstantText.Read(word, call.SemanticModel!, context.CancellationToken)]);
        }
    }

    private static void AddCreation(OperationAnalysisContext context, StartTypes types, StartedCommands commands)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (!types.IsStartInfo(creation.Type) && !types.IsOptions(creation.Type))
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
        AddCommand(creation, variable, creation.Arguments, creation.Initializer, commands, context);
    }

    private static void AddCommand(
        IOperation start,
        ISymbol? variable,
        ImmutableArray<IArgumentOperation> arguments,
        IObjectOrCollectionInitializerOperation? initializer,
        StartedCommands commands,
        OperationAnalysisContext context)
    {
        var reader = new CommandReader(start.SemanticModel!, context.CancellationToken);
        foreach (var argument in arguments.Where(argument => argument.ArgumentKind == ArgumentKind.Explicit))
        {
            reader.Read(argument.Parameter?.Name, argument.Value.Syntax as ExpressionSyntax);
        }

        foreach (var member in (initializer?.Syntax as InitializerExpressionSyntax)?.Expressions.OfType<AssignmentExpressionSyntax>() ?? [])
        {
            reader.Read((member.Left as IdentifierNameSyntax)?.Identifier.ValueText, member.Right);
        }

        commands.Begin(start.Syntax, variable, reader.File, reader.Arguments);
    }

    private static void AddAssignment(OperationAnalysisContext context, StartTypes types, StartedCommands commands)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: { Name: "FileName" or "Arguments" } property, Instance: { } owner }
            && types.IsStartInfo(property.ContainingType)
            && FindVariable(owner) is { } variable
            && assignment.Value.Syntax is ExpressionSyntax value)
        {
            var reader = new CommandReader(assignment.SemanticModel!, context.CancellationToken);
            reader.Read(property.Name, value);
            commands.Continue(assignment.Syntax, variable, reader.File, reader.Arguments);
        }
    }

    // `process.StartInfo` is identified by the variable of the process.
    private static ISymbol? FindVariable(IOperation owner) => owner switch
    {
        IPropertyReferenceOperation { Property.Name: "StartInfo", Instance: { } process } => FindVariable(process),
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => FixtureUse.FindReferenced(owner),
    };

    private sealed class StartTypes(INamedTypeSymbol process, INamedTypeSymbol startInfo, INamedTypeSymbol? options)
    {
        public bool IsStart(IMethodSymbol method) =>
            method is { Name: "Start", IsStatic: true, Parameters: { Length: > 0 } parameters }
            && method.ContainingType.IsSame(process)
            && parameters[0].Type.SpecialType == SpecialType.System_String;

        public bool IsStartInfo(ITypeSymbol? type) => type.IsSame(startInfo);

        public bool IsOptions(ITypeSymbol? type) => type.IsSame(options);
    }
}

using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0010: [AssertReaped] with no time for what is still exiting, or where there is no test to fail.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AssertReapedMisusedAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.AssertReapedMisused);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (TestReaperSymbols.Of(start.Compilation) is { } symbols)
            {
                start.RegisterSymbolAction(of => LookAtClass(of, symbols), SymbolKind.NamedType);
                start.RegisterSemanticModelAction(of => LookAtAssembly(of, symbols));
            }
        });
    }

    private static void LookAtClass(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (symbols.AssertReapedOn(type) is not { ApplicationSyntaxReference: { } reference } attribute || reference.GetSyntax(context.CancellationToken) is not AttributeSyntax syntax)
        {
            return;
        }

        if (ShortTimeout(attribute, syntax) is { } tooShort)
        {
            context.ReportDiagnostic(tooShort);
        }
        else if (!type.IsAbstract | type.IsStatic && !TestMethods.AreIn(type) && !IsSetUp(type) && !IsBaseOfTests(type, context.Compilation))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.AssertReapedMisused, syntax.GetLocation(), "does nothing on a class without tests: put it on the test class"));
        }
    }

    private static void LookAtAssembly(SemanticModelAnalysisContext context, TestReaperSymbols symbols)
    {
        // Most files have none, and the assembly's attributes are bound for those that have.
        if (context.SemanticModel.SyntaxTree.GetRoot(context.CancellationToken) is CompilationUnitSyntax { AttributeLists.Count: > 0 }
            && symbols.AssertReapedOn(context.SemanticModel.Compilation.Assembly) is { ApplicationSyntaxReference: { } reference } attribute
            && reference.SyntaxTree == context.SemanticModel.SyntaxTree
            && reference.GetSyntax(context.CancellationToken) is AttributeSyntax syntax
            && ShortTimeout(attribute, syntax) is { } tooShort)
        {
            context.ReportDiagnostic(tooShort);
        }
    }

    private static Diagnostic? ShortTimeout(AttributeData attribute, AttributeSyntax syntax) =>
        attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: int seconds and <= 0 }
        && syntax.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals is null) is { } argument
            ? Diagnostic.Create(Descriptors.AssertReapedMisused, argument.GetLocation(), $"with a timeout of {seconds} gives no time to what is still exiting: 30 seconds cost nothing where all is gone")
            : null;

    // NUnit's [SetUpFixture] has the tests of its namespace.
    private static bool IsSetUp(INamedTypeSymbol type) => type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "SetUpFixtureAttribute");

    private static bool IsBaseOfTests(INamedTypeSymbol type, Compilation compilation) =>
        !type.IsSealed && !type.IsStatic && compilation.DeclaredTypes().Any(other => !SymbolEqualityComparer.Default.Equals(other, type) && other.DerivesFrom(type.OriginalDefinition) && TestMethods.AreIn(other));
}

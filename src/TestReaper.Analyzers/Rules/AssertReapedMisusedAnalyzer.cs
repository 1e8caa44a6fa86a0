using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0010: [AssertReaped] with a timeout of zero or less, or on a class without tests.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AssertReapedMisusedAnalyzer : TestReaperAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.AssertReapedMisused);

    private protected override void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols)
    {
        context.RegisterSymbolAction(type => CheckClass(type, symbols), SymbolKind.NamedType);
        context.RegisterSemanticModelAction(file => CheckAssembly(file, symbols));
    }

    private static void CheckClass(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (symbols.FindAssertReaped(type) is not { ApplicationSyntaxReference: { } reference } attribute
            || reference.GetSyntax(context.CancellationToken) is not AttributeSyntax syntax)
        {
            return;
        }

        if (FindShortTimeout(attribute, syntax) is { } shortTimeout)
        {
            context.ReportDiagnostic(shortTimeout);
        }
        else if ((!type.IsAbstract || type.IsStatic)
            && !TestMethods.ExistIn(type)
            && !IsSetUpFixture(type)
            && !IsBaseOfTests(type, context.Compilation))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptors.AssertReapedMisused,
                syntax.GetLocation(),
                "has no effect on a class without tests; put it on the test class"));
        }
    }

    private static void CheckAssembly(SemanticModelAnalysisContext context, TestReaperSymbols symbols)
    {
        // Reading the attributes of the assembly binds them. Most files have none, so the syntax is checked first.
        var (tree, assembly) = (context.SemanticModel.SyntaxTree, context.SemanticModel.Compilation.Assembly);
        if (tree.GetRoot(context.CancellationToken) is CompilationUnitSyntax { AttributeLists.Count: > 0 }
            && symbols.FindAssertReaped(assembly) is { ApplicationSyntaxReference: { } reference } attribute
            && reference.SyntaxTree == tree
            && reference.GetSyntax(context.CancellationToken) is AttributeSyntax syntax
            && FindShortTimeout(attribute, syntax) is { } shortTimeout)
        {
            context.ReportDiagnostic(shortTimeout);
        }
    }

    private static Diagnostic? FindShortTimeout(AttributeData attribute, AttributeSyntax syntax) =>
        attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: int seconds and <= 0 }
        && syntax.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals is null) is { } argument
            ? Diagnostic.Create(
                Descriptors.AssertReapedMisused,
                argument.GetLocation(),
                $"with a timeout of {seconds} gives exiting processes no time to finish; "
                + "a longer timeout costs nothing when no process is left")
            : null;

    // NUnit's [SetUpFixture] applies to all tests of its namespace.
    private static bool IsSetUpFixture(INamedTypeSymbol type) =>
        type.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "SetUpFixtureAttribute");

    private static bool IsBaseOfTests(INamedTypeSymbol type, Compilation compilation) =>
        !type.IsSealed && !type.IsStatic && compilation.FindDeclaredTypes().Any(other =>
            !SymbolEqualityComparer.Default.Equals(other, type)
            && other.DerivesFrom(type.OriginalDefinition)
            && TestMethods.ExistIn(other));
}

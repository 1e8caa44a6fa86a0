using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0014: an xUnit test class with several tests derives from the fixture, and xUnit creates an instance for each test.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ServerPerTestAnalyzer : TestReaperAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.ServerPerTest);

    private protected override void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols)
    {
        if (symbols.XunitFixture is not null)
        {
            context.RegisterSymbolAction(type => Check(type, symbols), SymbolKind.NamedType);
        }
    }

    private static void Check(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.IsAbstract || !symbols.IsXunitFixture(type))
        {
            return;
        }

        var count = TestMethods.FindIn(type).Sum(CountTests);
        if (count > 1)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.ServerPerTest, type.Locations[0], type.Name, count));
        }
    }

    // A data source whose rows are known only at run time counts as one test.
    private static int CountTests(IMethodSymbol method)
    {
        if (TestMethods.FindTestAttributes(method).Any(IsSkipped))
        {
            return 0;
        }

        var rows = method.GetAttributes()
            .Count(attribute => attribute.AttributeClass?.Name == "InlineDataAttribute" && !IsSkipped(attribute));
        return Math.Max(1, rows);
    }

    // xUnit creates no instance for a skipped test.
    private static bool IsSkipped(AttributeData attribute) =>
        attribute.NamedArguments.Any(argument => argument is { Key: "Skip", Value.Value: string });
}

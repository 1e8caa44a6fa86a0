using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0014: an xUnit test class with several tests is itself the fixture, and xUnit makes an instance for each test.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ServerPerTestAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.ServerPerTest);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (TestReaperSymbols.Of(start.Compilation) is { XunitFixture: not null } symbols)
            {
                start.RegisterSymbolAction(of => Look(of, symbols), SymbolKind.NamedType);
            }
        });
    }

    private static void Look(SymbolAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!type.IsAbstract && symbols.IsXunitFixture(type) && TestMethods.Of(type).Sum(Tests) is > 1 and var count)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.ServerPerTest, type.Locations[0], type.Name, count));
        }
    }

    // Rows that only a run can count are one.
    private static int Tests(IMethodSymbol method)
    {
        if (TestMethods.TestAttributes(method).Any(IsSkipped))
        {
            return 0;
        }

        return Math.Max(1, method.GetAttributes().Count(attribute => attribute.AttributeClass?.Name == "InlineDataAttribute" && !IsSkipped(attribute)));
    }

    // xUnit makes no instance for a test that it skips.
    private static bool IsSkipped(AttributeData attribute) => attribute.NamedArguments.Any(argument => argument is { Key: "Skip", Value.Value: string });
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Flow;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0009: a test class creates its fixture with `new`, so the test framework does not know the fixture.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixtureNotRegisteredAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.FixtureNotRegistered);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (TestReaperSymbols.FromCompilation(start.Compilation) is { } symbols)
            {
                // A type of a referenced project may be a fixture under any name.
                var prefilter = symbols.HasForeignFixtures ? null : new TextPrefilter(start.Compilation, "ServerProcessFixture");
                start.RegisterSymbolStartAction(type => CheckType(type, symbols, prefilter), SymbolKind.NamedType);
            }
        });
    }

    private static void CheckType(SymbolStartAnalysisContext context, TestReaperSymbols symbols, TextPrefilter? prefilter)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (prefilter?.MayMatch(type) == false || !TestMethods.ExistIn(type))
        {
            return;
        }

        var created = new ConcurrentBag<(IOperation Creation, ISymbol? Variable)>();
        var released = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(
            creation =>
            {
                if (symbols.IsFixture(creation.Operation.Type) && FixtureUse.FromCreation(creation.Operation) is { StaysInClass: true } use)
                {
                    created.Add((creation.Operation, use.Variable));
                }
            },
            OperationKind.ObjectCreation);
        context.RegisterOperationAction(
            reference =>
            {
                if (symbols.IsFixture(reference.Operation.Type)
                    && FixtureUse.FindReferenced(reference.Operation) is { } variable
                    && FixtureUse.MayRelease(reference.Operation))
                {
                    released.TryAdd(variable, true);
                }
            },
            OperationKind.LocalReference, OperationKind.FieldReference, OperationKind.PropertyReference);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var (creation, variable) in created)
            {
                var fixture = (INamedTypeSymbol)creation.Type!;
                var isReleased = variable is not null && (released.ContainsKey(variable) || IsVisibleToOthers(variable));
                if (!isReleased && !FixtureRegistration.IsRegistered(type, fixture, end.Compilation))
                {
                    end.ReportDiagnostic(Diagnostic.Create(
                        Descriptors.FixtureNotRegistered, creation.Syntax.GetLocation(), fixture.Name, Advise(symbols, fixture)));
                }
            }
        });
    }

    private static string Advise(TestReaperSymbols symbols, INamedTypeSymbol fixture) => symbols.IsXunitFixture(fixture)
        ? $"IClassFixture<{fixture.Name}>"
        : $"SharedServer<{fixture.Name}>, or derive the test class from it";

    // A subclass or another class that can access the member may dispose the fixture.
    private static bool IsVisibleToOthers(ISymbol member) =>
        member is IFieldSymbol or IPropertySymbol
        && member.DeclaredAccessibility != Accessibility.Private
        && (member.IsStatic || member.ContainingType is { IsSealed: false, IsAbstract: true });
}

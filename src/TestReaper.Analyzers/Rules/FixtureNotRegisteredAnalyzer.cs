using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0009: a test class creates its fixture with `new`, so the test framework does not know the fixture.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixtureNotRegisteredAnalyzer : TestReaperAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptors.FixtureNotRegistered);

    private protected override void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols)
    {
        // A type of a referenced project may be a fixture under any name.
        var prefilter = TestReaperSymbols.HasForeignFixtures(context.Compilation)
            ? null
            : new TextPrefilter(context.Compilation, "ServerProcessFixture");
        context.RegisterSymbolAction(type => CheckType(type, symbols, prefilter), SymbolKind.NamedType);
    }

    private static void CheckType(SymbolAnalysisContext context, TestReaperSymbols symbols, TextPrefilter? prefilter)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (prefilter?.MayMatch(type) == false || !TestMethods.ExistIn(type))
        {
            return;
        }

        var created = new List<IOperation>();
        var released = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var blocks = OperationBlocks.Read(context, withNestedTypes: true);
        foreach (var operation in blocks.SelectMany(block => block.Operation.DescendantsAndSelf()))
        {
            if (!symbols.IsFixture(operation.Type))
            {
                continue;
            }

            if (operation is IObjectCreationOperation)
            {
                created.Add(operation);
            }
            else if (FixtureUse.FindReferenced(operation) is { } variable && FixtureUse.MayRelease(operation))
            {
                released.Add(variable);
            }
        }

        foreach (var creation in created)
        {
            var use = FixtureUse.FromCreation(creation);
            var fixture = (INamedTypeSymbol)creation.Type!;
            var isReleased = use.Variable is { } variable && (released.Contains(variable) || IsVisibleToOthers(variable));
            if (use.StaysInClass && !isReleased && !FixtureRegistration.IsRegistered(type, fixture, context.Compilation))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.FixtureNotRegistered, creation.Syntax.GetLocation(), fixture.Name, Advise(symbols, fixture)));
            }
        }
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

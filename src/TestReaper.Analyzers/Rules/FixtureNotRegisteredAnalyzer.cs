using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0009: a test class makes its fixture with `new`, so that no test framework knows it.</summary>
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
            if (TestReaperSymbols.Of(start.Compilation) is { } symbols)
            {
                start.RegisterSymbolStartAction(of => Watch(of, symbols), SymbolKind.NamedType);
            }
        });
    }

    private static void Watch(SymbolStartAnalysisContext context, TestReaperSymbols symbols)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!TestMethods.AreIn(type))
        {
            return;
        }

        var made = new ConcurrentBag<(IOperation Creation, ISymbol? Keeper)>();
        var released = new ConcurrentDictionary<ISymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(
            of =>
            {
                if (symbols.IsFixture(of.Operation.Type) && FixtureUse.OfCreation(of.Operation) is { IsOurs: true } use)
                {
                    made.Add((of.Operation, use.Keeper));
                }
            },
            OperationKind.ObjectCreation);
        context.RegisterOperationAction(
            of =>
            {
                if (symbols.IsFixture(of.Operation.Type) && FixtureUse.Referenced(of.Operation) is { } keeper && FixtureUse.MayRelease(of.Operation))
                {
                    released.TryAdd(keeper, true);
                }
            },
            OperationKind.LocalReference, OperationKind.FieldReference, OperationKind.PropertyReference);
        context.RegisterSymbolEndAction(of =>
        {
            foreach (var (creation, keeper) in made)
            {
                if ((keeper is null || !released.ContainsKey(keeper) && !IsOthersToo(keeper)) && !FixtureRegistration.IsRegistered(type, (INamedTypeSymbol)creation.Type!, of.Compilation))
                {
                    var how = symbols.IsXunitFixture(creation.Type) ? $"IClassFixture<{creation.Type!.Name}>" : $"SharedServer<{creation.Type!.Name}>, or by deriving the test class from it";
                    of.ReportDiagnostic(Diagnostic.Create(Descriptors.FixtureNotRegistered, creation.Syntax.GetLocation(), creation.Type!.Name, how));
                }
            }
        });
    }

    // What a subclass or another class can reach, it may dispose.
    private static bool IsOthersToo(ISymbol keeper) =>
        keeper is IFieldSymbol or IPropertySymbol && keeper.DeclaredAccessibility != Accessibility.Private && (keeper.IsStatic || keeper.ContainingType is { IsSealed: false } && keeper.ContainingType.IsAbstract);
}

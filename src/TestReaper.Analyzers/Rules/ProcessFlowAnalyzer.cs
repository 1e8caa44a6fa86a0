using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>Builds the <see cref="TypeModel"/> of each type once and lets all flow rules check it.</summary>
/// <remarks>
/// The only analyzer that reads the operations of types with processes. It registers no action for a type that the text excludes: the
/// compiler then builds no operation tree of that type.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProcessFlowAnalyzer : DiagnosticAnalyzer
{
    private static readonly IFlowRule[] FlowRules =
    [
        new DiscardedProcess(),
        new MemberNeverStopped(),
        new KillsRootOnly(),
        new DisposedNotStopped(),
        new RecordedLate(),
        new FailureBeforeTeardown(),
        new TeardownNeverRuns(),
        new KilledNotAwaited(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Descriptors.DiscardedProcess, Descriptors.MemberNeverStopped, Descriptors.KillsRootOnly, Descriptors.DisposedNotStopped,
        Descriptors.RecordedLate, Descriptors.FailureBeforeTeardown, Descriptors.TeardownNeverRuns, Descriptors.KilledNotAwaited,
        Descriptors.DetachedStart);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownSymbols.FromCompilation(start.Compilation) is { } symbols)
            {
                var cache = new CompilationCache(start.Compilation, symbols);
                start.RegisterSymbolStartAction(type => CollectBlocks(type, cache), SymbolKind.NamedType);
                start.RegisterSymbolAction(
                    type => SkippedBaseTeardown.Check((INamedTypeSymbol)type.Symbol, type.ReportDiagnostic), SymbolKind.NamedType);
            }
        });
    }

    private static void CollectBlocks(SymbolStartAnalysisContext context, CompilationCache cache)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is not { } file)
        {
            return;
        }

        var options = new FlowOptions(context.Options.AnalyzerConfigOptionsProvider.GetOptions(file));
        if (!cache.Prefilter.MayMatch(type, options.StartMethods))
        {
            return;
        }

        var blocks = new ConcurrentBag<(IOperation Operation, ISymbol Owner)>();
        context.RegisterOperationBlockAction(block =>
        {
            // A nested type has its own model.
            if (SymbolEqualityComparer.Default.Equals(block.OwningSymbol.ContainingType, type))
            {
                foreach (var operation in block.OperationBlocks)
                {
                    blocks.Add((operation, block.OwningSymbol));
                }
            }
        });
        context.RegisterSymbolEndAction(end =>
        {
            var operations = blocks.Select(block => block.Operation);
            new DetachedStart(cache.Symbols, end.CancellationToken).Check(type, operations, end.ReportDiagnostic);
            if (TypeModel.FromBlocks(type, blocks, cache, options) is { } model)
            {
                CheckAll(model, end);
            }
        });
    }

    private static void CheckAll(TypeModel model, SymbolAnalysisContext context)
    {
        var reported = new HashSet<(string, Location)>();
        foreach (var rule in FlowRules)
        {
            rule.Check(model, diagnostic =>
            {
                if (reported.Add((diagnostic.Id, diagnostic.Location)))
                {
                    context.ReportDiagnostic(diagnostic);
                }
            });
        }
    }
}

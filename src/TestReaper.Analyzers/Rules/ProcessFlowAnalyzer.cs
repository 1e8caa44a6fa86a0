using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>Builds the <see cref="TypeModel"/> of each type once and lets all flow rules check it.</summary>
/// <remarks>
/// The only analyzer that reads the operations of types with processes. Nothing is bound of a type that the text excludes.
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
                start.RegisterSymbolAction(type => CheckType(type, cache), SymbolKind.NamedType);
            }
        });
    }

    private static void CheckType(SymbolAnalysisContext context, CompilationCache cache)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        SkippedBaseTeardown.Check(type, context.ReportDiagnostic);
        if (type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is not { } file)
        {
            return;
        }

        var options = new FlowOptions(context.Options.AnalyzerConfigOptionsProvider.GetOptions(file));
        if (!cache.Prefilter.MayMatch(type, options.StartMethods))
        {
            return;
        }

        var blocks = OperationBlocks.Read(context, withNestedTypes: false);
        new DetachedStart(cache.Symbols, context.CancellationToken).Check(type, blocks, context.ReportDiagnostic);
        if (TypeModel.FromBlocks(type, blocks, cache, options) is { } model)
        {
            CheckAll(model, context);
        }
    }

    private static void CheckAll(TypeModel model, SymbolAnalysisContext context)
    {
        var reported = new List<Diagnostic>();
        foreach (var rule in FlowRules)
        {
            rule.Check(model, diagnostic =>
            {
                if (!reported.Any(other => other.Id == diagnostic.Id && other.Location == diagnostic.Location))
                {
                    reported.Add(diagnostic);
                    context.ReportDiagnostic(diagnostic);
                }
            });
        }
    }
}

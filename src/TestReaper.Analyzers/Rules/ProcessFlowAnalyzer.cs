using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>Gathers the code of each type once and lets the rules about started processes judge it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProcessFlowAnalyzer : DiagnosticAnalyzer
{
    private static readonly IFlowRule[] FlowRules =
    [
        new DiscardedProcess(), new MemberNeverStopped(), new KillsRootOnly(), new DisposedNotStopped(), new RecordedLate(), new FailureBeforeTeardown(), new TeardownNeverRuns(), new KilledNotAwaited(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Descriptors.DiscardedProcess, Descriptors.MemberNeverStopped, Descriptors.KillsRootOnly, Descriptors.DisposedNotStopped,
        Descriptors.RecordedLate, Descriptors.FailureBeforeTeardown, Descriptors.TeardownNeverRuns, Descriptors.KilledNotAwaited);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownSymbols.Of(start.Compilation) is { } symbols)
            {
                var known = new Known(start.Compilation, symbols);
                start.RegisterSymbolStartAction(type => Gather(type, known), SymbolKind.NamedType);
                start.RegisterSymbolAction(type => SkippedBaseTeardown.Judge((INamedTypeSymbol)type.Symbol, type.ReportDiagnostic), SymbolKind.NamedType);
            }
        });
    }

    private static void Gather(SymbolStartAnalysisContext context, Known known)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is not { } file)
        {
            return;
        }

        var options = new FlowOptions(context.Options.AnalyzerConfigOptionsProvider.GetOptions(file));
        if (!known.Vocabulary.IsSpoken(type, options))
        {
            return;
        }

        var blocks = new ConcurrentBag<(IOperation, ISymbol)>();
        context.RegisterOperationBlockAction(block =>
        {
            // A nested type has a model of its own.
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
            if (TypeModel.Of(type, blocks, known, options) is { } model)
            {
                var reported = new HashSet<(string, Location)>();
                foreach (var rule in FlowRules)
                {
                    rule.Judge(model, diagnostic =>
                    {
                        if (reported.Add((diagnostic.Id, diagnostic.Location)))
                        {
                            end.ReportDiagnostic(diagnostic);
                        }
                    });
                }
            }
        });
    }
}

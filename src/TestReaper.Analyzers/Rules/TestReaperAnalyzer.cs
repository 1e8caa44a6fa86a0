using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>An analyzer that does nothing in projects without a TestReaper package.</summary>
public abstract class TestReaperAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (TestReaperSymbols.FromCompilation(start.Compilation) is { } symbols)
            {
                Register(start, symbols);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext context, TestReaperSymbols symbols);
}

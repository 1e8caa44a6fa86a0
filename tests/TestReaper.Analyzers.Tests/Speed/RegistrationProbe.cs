using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TestReaper.Analyzers.Tests.Speed;

/// <summary>Initializes an analyzer for a compilation, and collects the types for which it asks the compiler for operations.</summary>
internal sealed class RegistrationProbe(Compilation compilation) : AnalysisContext
{
    private Compilation Compilation { get; } = compilation;

    private readonly List<Action<SymbolStartAnalysisContext>> _typeActions = [];

    /// <summary>The names of the types; "*" if the analyzer asks for the operations of all types.</summary>
    public List<string> Requested { get; } = [];

    public static IReadOnlyList<string> FindRequested(DiagnosticAnalyzer analyzer, Compilation compilation)
    {
        var probe = new RegistrationProbe(compilation);
        analyzer.Initialize(probe);
        foreach (var type in compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>())
        {
            probe._typeActions.ForEach(action => action(new TypeStart(type, probe)));
        }

        return probe.Requested;
    }

    public override void RegisterCompilationStartAction(Action<CompilationStartAnalysisContext> action) => action(new Start(this));

    public override void RegisterCompilationAction(Action<CompilationAnalysisContext> action) { }

    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) { }

    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) { }

    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) { }

    public override void RegisterCodeBlockStartAction<T>(Action<CodeBlockStartAnalysisContext<T>> action) => Requested.Add("*");

    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => Requested.Add("*");

    public override void RegisterSyntaxNodeAction<T>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<T> syntaxKinds) =>
        Requested.Add("*");

    public override void ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags analysisMode) { }

    public override void EnableConcurrentExecution() { }

    private sealed class Start(RegistrationProbe probe)
        : CompilationStartAnalysisContext(probe.Compilation, new AnalyzerOptions([]), CancellationToken.None)
    {
        public override void RegisterSymbolStartAction(Action<SymbolStartAnalysisContext> action, SymbolKind symbolKind) =>
            probe._typeActions.Add(action);

        public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action) { }

        public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) { }

        public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) { }

        public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) { }

        public override void RegisterCodeBlockStartAction<T>(Action<CodeBlockStartAnalysisContext<T>> action) => probe.Requested.Add("*");

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => probe.Requested.Add("*");

        public override void RegisterOperationAction(
            Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => probe.Requested.Add("*");

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => probe.Requested.Add("*");

        public override void RegisterSyntaxNodeAction<T>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<T> syntaxKinds) =>
            probe.Requested.Add("*");
    }

#pragma warning disable CS0618 // CompilationWithAnalyzers, the replacement, does not tell what an analyzer registers for a type.
    private sealed class TypeStart(INamedTypeSymbol type, RegistrationProbe probe)
        : SymbolStartAnalysisContext(type, probe.Compilation, new AnalyzerOptions([]), CancellationToken.None)
#pragma warning restore CS0618
    {
        public override void RegisterSymbolEndAction(Action<SymbolAnalysisContext> action) { }

        public override void RegisterCodeBlockStartAction<T>(Action<CodeBlockStartAnalysisContext<T>> action) => Add();

        public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => Add();

        public override void RegisterOperationAction(
            Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => Add();

        public override void RegisterOperationBlockStartAction(Action<OperationBlockStartAnalysisContext> action) => Add();

        public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => Add();

        public override void RegisterSyntaxNodeAction<T>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<T> syntaxKinds) => Add();

        private void Add() => probe.Requested.Add(Symbol.Name);
    }

}

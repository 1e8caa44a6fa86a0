using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>What is computed once per compilation and shared by the models of all types.</summary>
internal sealed class CompilationCache(Compilation compilation, KnownSymbols symbols)
{
    public KnownSymbols Symbols { get; } = symbols;

    public ProcessHolderTypes HolderTypes { get; } = new(symbols);

    public TextPrefilter Prefilter { get; } = new(compilation);

    public TestTypes TestTypes { get; } = new(compilation);

    public ExternalUses ExternalUses { get; } = new(compilation);
}

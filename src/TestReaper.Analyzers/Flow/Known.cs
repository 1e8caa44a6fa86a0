using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>What is looked up once a compilation.</summary>
internal sealed class Known(Compilation compilation, KnownSymbols symbols)
{
    public KnownSymbols Symbols { get; } = symbols;

    public Carriers Carriers { get; } = new(symbols);

    public Vocabulary Vocabulary { get; } = new(compilation);

    public TestTypes TestTypes { get; } = new(compilation);

    public Elsewhere Elsewhere { get; } = new(compilation);
}

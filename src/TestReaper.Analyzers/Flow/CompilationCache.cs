using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>What is computed once per compilation and shared by the models of all types.</summary>
internal sealed class CompilationCache(Compilation compilation, KnownSymbols symbols)
{
    public KnownSymbols Symbols { get; } = symbols;

    public ProcessHolderTypes HolderTypes { get; } = new(symbols);

    /// <summary>The types that may hold, start or stop a process.</summary>
    public TextPrefilter Prefilter { get; } =
        new(compilation, "Process", "ProcessStartInfo", "StartInfo", "ServerProcessOptions", "Kill");

    public TestTypes TestTypes { get; } = new(compilation);

    public ExternalUses ExternalUses { get; } = new(compilation);
}

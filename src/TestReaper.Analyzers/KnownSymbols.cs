using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers;

/// <summary>The types that the rules look up, once per compilation.</summary>
internal sealed class KnownSymbols
{
    private KnownSymbols(Compilation compilation, INamedTypeSymbol process)
    {
        Process = process;
        ProcessStartInfo = compilation.GetTypeByMetadataName("System.Diagnostics.ProcessStartInfo");
        ServerProcessOptions = compilation.GetTypeByMetadataName("TestReaper.ServerProcessOptions");
        IsXunitV3 = Has("Xunit.v3.IXunitTest") || Has("Xunit.TestContext");
        HasTestFramework = Has("Xunit.FactAttribute")
            || Has("NUnit.Framework.TestAttribute")
            || Has("Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute")
            || Has("TUnit.Core.TestAttribute");

        bool Has(string name) => compilation.GetTypeByMetadataName(name) is not null;
    }

    public INamedTypeSymbol Process { get; }

    public INamedTypeSymbol? ProcessStartInfo { get; }

    public INamedTypeSymbol? ServerProcessOptions { get; }

    public bool IsXunitV3 { get; }

    private bool HasTestFramework { get; }

    /// <summary>Null if the compilation references no test framework, or has no Process type.</summary>
    public static KnownSymbols? FromCompilation(Compilation compilation) =>
        compilation.GetTypeByMetadataName("System.Diagnostics.Process") is { } process
        && new KnownSymbols(compilation, process) is { HasTestFramework: true } symbols ? symbols : null;
}

using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers;

/// <summary>The types that the rules ask for, looked up once a compilation.</summary>
internal sealed class KnownSymbols
{
    private KnownSymbols(Compilation compilation, INamedTypeSymbol process)
    {
        Process = process;
        XunitFact = compilation.GetTypeByMetadataName("Xunit.FactAttribute");
        NUnitTest = compilation.GetTypeByMetadataName("NUnit.Framework.TestAttribute");
        NUnitOneTimeTearDown = compilation.GetTypeByMetadataName("NUnit.Framework.OneTimeTearDownAttribute");
        NUnitTearDown = compilation.GetTypeByMetadataName("NUnit.Framework.TearDownAttribute");
        MSTestMethod = compilation.GetTypeByMetadataName("Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute");
        IsXunitV3 = compilation.GetTypeByMetadataName("Xunit.v3.IXunitTest") is not null || compilation.GetTypeByMetadataName("Xunit.TestContext") is not null;
    }

    public INamedTypeSymbol Process { get; }

    public INamedTypeSymbol? XunitFact { get; }

    public INamedTypeSymbol? NUnitTest { get; }

    public INamedTypeSymbol? NUnitTearDown { get; }

    public INamedTypeSymbol? NUnitOneTimeTearDown { get; }

    public INamedTypeSymbol? MSTestMethod { get; }

    public bool IsXunitV3 { get; }

    public bool HasTestFramework => XunitFact is not null || NUnitTest is not null || MSTestMethod is not null;

    /// <summary>Null where there is nothing to judge: no test framework is referenced, or no Process.</summary>
    public static KnownSymbols? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("System.Diagnostics.Process") is { } process && new KnownSymbols(compilation, process) is { HasTestFramework: true } symbols ? symbols : null;
}

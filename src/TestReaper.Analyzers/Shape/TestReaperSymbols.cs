using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>The types of TestReaper that the compilation references.</summary>
internal sealed class TestReaperSymbols
{
    private TestReaperSymbols(Compilation compilation)
    {
        XunitFixture = compilation.GetTypeByMetadataName("TestReaper.Xunit.ServerProcessFixture");
        NUnitFixture = compilation.GetTypeByMetadataName("TestReaper.NUnit.ServerProcessFixture");
        Framework = compilation.GetTypeByMetadataName("TestReaper.Xunit.TestReaperFramework");
        XunitAssertReaped = compilation.GetTypeByMetadataName("TestReaper.Xunit.AssertReapedAttribute");
        XunitAssertRunReaped = compilation.GetTypeByMetadataName("TestReaper.Xunit.AssertRunReapedAttribute");
        NUnitAssertReaped = compilation.GetTypeByMetadataName("TestReaper.NUnit.AssertReapedAttribute");
    }

    public INamedTypeSymbol? XunitFixture { get; }

    public INamedTypeSymbol? NUnitFixture { get; }

    /// <summary>The test framework that enforces [AssertReaped] in xUnit.</summary>
    public INamedTypeSymbol? Framework { get; }

    public INamedTypeSymbol? XunitAssertReaped { get; }

    public INamedTypeSymbol? XunitAssertRunReaped { get; }

    public INamedTypeSymbol? NUnitAssertReaped { get; }

    /// <summary>Null if the compilation references no test framework, or no TestReaper package for one.</summary>
    public static TestReaperSymbols? FromCompilation(Compilation compilation) =>
        new TestReaperSymbols(compilation) is { IsEmpty: false } symbols
        && KnownSymbols.FromCompilation(compilation) is not null ? symbols : null;

    /// <summary>Whether a referenced project uses TestReaper, so that it may declare fixtures.</summary>
    public static bool HasForeignFixtures(Compilation compilation) =>
        compilation.SourceModule.ReferencedAssemblySymbols.Any(assembly => !IsOurs(assembly.Name)
            && assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => IsOurs(reference.Name))));

    public bool IsXunitFixture(ITypeSymbol? type) => type.DerivesFrom(XunitFixture);

    public bool IsFixture(ITypeSymbol? type) => IsXunitFixture(type) || type.DerivesFrom(NUnitFixture);

    /// <summary>The [AssertReaped] of a class or an assembly. An inherited attribute does not count.</summary>
    public AttributeData? FindAssertReaped(ISymbol symbol) => symbol.GetAttributes().FirstOrDefault(attribute =>
        attribute.AttributeClass.IsSame(XunitAssertReaped) || attribute.AttributeClass.IsSame(NUnitAssertReaped));

    private static bool IsOurs(string assembly) => assembly.StartsWith("TestReaper", StringComparison.Ordinal);

    private bool IsEmpty => XunitFixture is null && NUnitFixture is null && XunitAssertReaped is null && NUnitAssertReaped is null;
}

using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>TestReaper's own types, as far as the project has them.</summary>
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

    /// <summary>What enforces [AssertReaped] under xUnit.</summary>
    public INamedTypeSymbol? Framework { get; }

    public INamedTypeSymbol? XunitAssertReaped { get; }

    public INamedTypeSymbol? XunitAssertRunReaped { get; }

    public INamedTypeSymbol? NUnitAssertReaped { get; }

    /// <summary>Null where there is nothing to judge: no test framework is referenced, or nothing of TestReaper's that belongs to one.</summary>
    public static TestReaperSymbols? Of(Compilation compilation) =>
        KnownSymbols.Of(compilation) is not null && new TestReaperSymbols(compilation) is { IsEmpty: false } symbols ? symbols : null;

    public bool IsXunitFixture(ITypeSymbol? type) => type.DerivesFrom(XunitFixture);

    public bool IsFixture(ITypeSymbol? type) => IsXunitFixture(type) || type.DerivesFrom(NUnitFixture);

    /// <summary>[AssertReaped] on a class or an assembly itself, not on what it inherits from.</summary>
    public AttributeData? AssertReapedOn(ISymbol symbol) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass.IsSame(XunitAssertReaped) || attribute.AttributeClass.IsSame(NUnitAssertReaped));

    private bool IsEmpty => XunitFixture is null && NUnitFixture is null && XunitAssertReaped is null && NUnitAssertReaped is null;
}

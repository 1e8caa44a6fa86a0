using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>What the test frameworks take for a test, the attributes that others derive from theirs included.</summary>
internal static class TestMethods
{
    public static bool AreIn(INamedTypeSymbol type) => Of(type).Any();

    /// <summary>The tests that run for a class: its own and those it inherits. An override is the test that it overrides.</summary>
    public static IEnumerable<IMethodSymbol> Of(INamedTypeSymbol type) =>
        type.WithAncestors().TakeWhile(at => at.SpecialType == SpecialType.None).SelectMany(at => at.GetMembers()).OfType<IMethodSymbol>().Where(IsTest)
            .GroupBy(Root, SymbolEqualityComparer.Default).Select(group => group.First());

    public static bool IsTest(IMethodSymbol method) => TestAttributes(method).Any();

    public static IEnumerable<AttributeData> TestAttributes(IMethodSymbol method) => method.GetAttributes().Where(attribute => attribute.AttributeClass is { } type && MakesTests(type));

    private static IMethodSymbol Root(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden;
        }

        return method;
    }

    private static bool MakesTests(INamedTypeSymbol attribute) =>
        attribute.WithAncestors().Any(at => at.Name switch
        {
            "FactAttribute" => at.IsIn("Xunit"),
            "TestMethodAttribute" => at.IsIn("Microsoft.VisualStudio.TestTools.UnitTesting"),
            _ => false,
        })
        || attribute.AllInterfaces.Any(contract => contract.Name switch
        {
            "IFactAttribute" => contract.IsIn("Xunit.v3"),
            "ITestBuilder" or "ISimpleTestBuilder" => contract.IsIn("NUnit.Framework.Interfaces"),
            _ => false,
        });
}

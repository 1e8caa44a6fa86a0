using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Recognizes test methods by the attributes of the test frameworks and by attributes that derive from them.</summary>
internal static class TestMethods
{
    public static bool ExistIn(INamedTypeSymbol type) => FindIn(type).Any();

    /// <summary>The tests of a class, including inherited ones. An override is the same test as the method that it overrides.</summary>
    public static IEnumerable<IMethodSymbol> FindIn(INamedTypeSymbol type) => type.SelfAndBaseTypes()
        .TakeWhile(ancestor => ancestor.SpecialType == SpecialType.None)
        .SelectMany(ancestor => ancestor.GetMembers())
        .OfType<IMethodSymbol>()
        .Where(method => FindTestAttributes(method).Any())
        .GroupBy(FindOverriddenRoot, SymbolEqualityComparer.Default)
        .Select(group => group.First());

    public static IEnumerable<AttributeData> FindTestAttributes(IMethodSymbol method) =>
        method.GetAttributes().Where(attribute => attribute.AttributeClass is { } type && IsTestAttribute(type));

    private static IMethodSymbol FindOverriddenRoot(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden;
        }

        return method;
    }

    private static bool IsTestAttribute(INamedTypeSymbol attribute) =>
        attribute.SelfAndBaseTypes().Any(type => type.Name switch
        {
            "FactAttribute" => type.IsInNamespace("Xunit"),
            "TestMethodAttribute" => type.IsInNamespace("Microsoft.VisualStudio.TestTools.UnitTesting"),
            _ => false,
        })
        || attribute.AllInterfaces.Any(contract => contract.Name switch
        {
            "IFactAttribute" => contract.IsInNamespace("Xunit.v3"),
            "ITestBuilder" or "ISimpleTestBuilder" => contract.IsInNamespace("NUnit.Framework.Interfaces"),
            _ => false,
        });
}

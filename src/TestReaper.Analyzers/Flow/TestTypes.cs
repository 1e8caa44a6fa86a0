using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>The types of the project that a test framework creates: test classes and xUnit's fixtures. Computed on first use.</summary>
internal sealed class TestTypes
{
    private readonly Lazy<Dictionary<INamedTypeSymbol, Kind>> _kinds;

    public TestTypes(Compilation compilation) => _kinds = new(() => FindAll(compilation));

    [Flags]
    public enum Kind
    {
        None = 0,
        TestClass = 1,
        Fixture = 2,
        Xunit = 4,
        NUnit = 8,
        MSTest = 16,
        TUnit = 32,
    }

    public Kind FindKind(INamedTypeSymbol type) => _kinds.Value.TryGetValue(type.OriginalDefinition, out var kind) ? kind : Kind.None;

    /// <summary>The names of the attributes on a symbol, and of their base classes.</summary>
    public static IEnumerable<string> FindAttributeNames(ISymbol symbol) => symbol.GetAttributes()
        .SelectMany(attribute => attribute.AttributeClass.SelfAndBaseTypes()
            .Select(type => type.Name)
            .TakeWhile(name => name != "Attribute"));

    /// <summary>The test framework that calls a method, or creates a type, because of its attributes.</summary>
    public static Kind FindFramework(ISymbol symbol)
    {
        if (symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.ContainingNamespace is { } space && IsTUnit(space)))
        {
            return Kind.TUnit;
        }

        foreach (var name in FindAttributeNames(symbol))
        {
            if (FindFramework(name) is not Kind.None and var framework)
            {
                return framework;
            }
        }

        return Kind.None;
    }

    // TUnit's [Test] has the name of NUnit's.
    private static bool IsTUnit(INamespaceSymbol space) =>
        space is { Name: "Core", ContainingNamespace: { Name: "TUnit", ContainingNamespace.IsGlobalNamespace: true } };

    private static Kind FindFramework(string attribute) => attribute switch
    {
        "FactAttribute" or "TheoryAttribute" => Kind.Xunit,
        "TestAttribute" or "TestCaseAttribute" or "TestCaseSourceAttribute" or "TestFixtureAttribute" or "SetUpFixtureAttribute"
            or "SetUpAttribute" or "OneTimeSetUpAttribute" or "TearDownAttribute" or "OneTimeTearDownAttribute" => Kind.NUnit,
        "TestMethodAttribute" or "DataTestMethodAttribute" or "TestClassAttribute" or "ClassInitializeAttribute"
            or "TestInitializeAttribute" => Kind.MSTest,
        _ => Kind.None,
    };

    private static Dictionary<INamedTypeSymbol, Kind> FindAll(Compilation compilation)
    {
        var found = new Dictionary<INamedTypeSymbol, Kind>(SymbolEqualityComparer.Default);
        foreach (var type in compilation.FindDeclaredTypes())
        {
            if (FindFrameworkOfClass(type) is not Kind.None and var framework)
            {
                Add(type, framework | Kind.TestClass, found);
            }

            foreach (var fixture in FindFixtures(type))
            {
                Add(fixture, Kind.Fixture | Kind.Xunit, found);
            }
        }

        return found;
    }

    // Stops at the first attribute that names a framework: reading the others would make the compiler bind them all.
    private static Kind FindFrameworkOfClass(INamedTypeSymbol type)
    {
        var framework = FindFramework(type);
        foreach (var member in type.GetMembers())
        {
            if (framework != Kind.None)
            {
                break;
            }

            framework = member is IMethodSymbol { MethodKind: MethodKind.Ordinary } ? FindFramework(member) : Kind.None;
        }

        return framework;
    }

    private static IEnumerable<INamedTypeSymbol> FindFixtures(INamedTypeSymbol type) => type.AllInterfaces
        .Where(contract => contract is { Name: "IClassFixture" or "ICollectionFixture", TypeArguments.Length: 1 })
        .Select(contract => contract.TypeArguments[0])
        .OfType<INamedTypeSymbol>();

    private static void Add(INamedTypeSymbol type, Kind kind, Dictionary<INamedTypeSymbol, Kind> found)
    {
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType)
        {
            var definition = current.OriginalDefinition;
            found[definition] = (found.TryGetValue(definition, out var known) ? known : Kind.None) | kind;
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>Which types of the project a test framework makes: test classes, and xUnit's fixtures. Looked up once, when first asked.</summary>
internal sealed class TestTypes
{
    private readonly Lazy<Dictionary<INamedTypeSymbol, Kind>> _kinds;

    public TestTypes(Compilation compilation) => _kinds = new(() => Find(compilation.Assembly.GlobalNamespace));

    [Flags]
    public enum Kind
    {
        None = 0,
        TestClass = 1,
        Fixture = 2,
        Xunit = 4,
        NUnit = 8,
        MSTest = 16,
    }

    public Kind Of(INamedTypeSymbol type) => _kinds.Value.TryGetValue(type.OriginalDefinition, out var kind) ? kind : Kind.None;

    public static IEnumerable<string> Attributes(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            for (var at = attribute.AttributeClass; at is not null && at.Name != "Attribute"; at = at.BaseType)
            {
                yield return at.Name;
            }
        }
    }

    public static Kind TestOf(ISymbol member)
    {
        foreach (var attribute in Attributes(member))
        {
            switch (attribute)
            {
                case "FactAttribute" or "TheoryAttribute":
                    return Kind.Xunit;
                case "TestAttribute" or "TestCaseAttribute" or "TestCaseSourceAttribute" or "SetUpAttribute" or "OneTimeSetUpAttribute" or "TearDownAttribute" or "OneTimeTearDownAttribute" or "TestFixtureAttribute" or "SetUpFixtureAttribute":
                    return Kind.NUnit;
                case "TestMethodAttribute" or "DataTestMethodAttribute" or "TestClassAttribute" or "ClassInitializeAttribute" or "TestInitializeAttribute":
                    return Kind.MSTest;
            }
        }

        return Kind.None;
    }

    private static Dictionary<INamedTypeSymbol, Kind> Find(INamespaceSymbol root)
    {
        var found = new Dictionary<INamedTypeSymbol, Kind>(SymbolEqualityComparer.Default);
        var open = new Stack<INamespaceOrTypeSymbol>();
        open.Push(root);
        while (open.Count > 0)
        {
            var next = open.Pop();
            foreach (var inner in next.GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                open.Push(inner);
            }

            if (next is INamedTypeSymbol type)
            {
                Judge(type, found);
            }
        }

        return found;
    }

    private static void Judge(INamedTypeSymbol type, Dictionary<INamedTypeSymbol, Kind> found)
    {
        // The first attribute that tells is enough: to ask for the others would have the compiler bind them all.
        var kind = type.GetMembers().Where(member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary }).Prepend(type).Select(TestOf).FirstOrDefault(told => told != Kind.None);
        if (kind != Kind.None)
        {
            Add(type, kind | Kind.TestClass, found);
        }

        foreach (var contract in type.AllInterfaces)
        {
            if (contract is { Name: "IClassFixture" or "ICollectionFixture", TypeArguments.Length: 1 } && contract.TypeArguments[0] is INamedTypeSymbol fixture)
            {
                Add(fixture, Kind.Fixture | Kind.Xunit, found);
            }
        }
    }

    private static void Add(INamedTypeSymbol type, Kind kind, Dictionary<INamedTypeSymbol, Kind> found)
    {
        for (var at = type; at is not null && at.SpecialType != SpecialType.System_Object; at = at.BaseType)
        {
            found[at.OriginalDefinition] = (found.TryGetValue(at.OriginalDefinition, out var known) ? known : Kind.None) | kind;
        }
    }
}

using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Whether xUnit makes and disposes a fixture for a test class.</summary>
internal static class FixtureRegistration
{
    public static bool IsRegistered(INamedTypeSymbol testClass, INamedTypeSymbol fixture, Compilation compilation) =>
        Names(testClass, "IClassFixture", fixture)
        || compilation.Assembly.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "AssemblyFixtureAttribute" && attribute.ConstructorArguments.Any(argument => Same(argument.Value, fixture)))
        || testClass.WithAncestors().SelectMany(type => type.GetAttributes()).Where(attribute => attribute.AttributeClass is { Name: "CollectionAttribute" } type && type.IsIn("Xunit"))
            .Any(attribute => IsInCollection(attribute, fixture, compilation));

    private static bool IsInCollection(AttributeData collection, INamedTypeSymbol fixture, Compilation compilation)
    {
        if (collection.AttributeClass!.TypeArguments.FirstOrDefault() is INamedTypeSymbol typeArgument)
        {
            return Names(typeArgument, "ICollectionFixture", fixture);
        }

        return collection.ConstructorArguments.FirstOrDefault().Value switch
        {
            INamedTypeSymbol type => Names(type, "ICollectionFixture", fixture),
            string name => compilation.DeclaredTypes().Any(type => Defines(type, name) && Names(type, "ICollectionFixture", fixture)),
            _ => true,
        };
    }

    private static bool Defines(INamedTypeSymbol type, string collection) => type.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name == "CollectionDefinitionAttribute" && (attribute.ConstructorArguments.IsEmpty || collection.Equals(attribute.ConstructorArguments[0].Value)));

    private static bool Names(INamedTypeSymbol type, string contract, INamedTypeSymbol fixture) =>
        type.AllInterfaces.Any(one => one.Name == contract && one.IsIn("Xunit") && one.TypeArguments.Length == 1 && Same(one.TypeArguments[0], fixture));

    private static bool Same(object? value, INamedTypeSymbol fixture) => value is ITypeSymbol type && SymbolEqualityComparer.Default.Equals(type, fixture);
}

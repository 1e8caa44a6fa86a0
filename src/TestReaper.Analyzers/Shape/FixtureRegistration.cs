using System.Linq;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Shape;

/// <summary>Decides whether xUnit creates and disposes a fixture for a test class.</summary>
internal static class FixtureRegistration
{
    public static bool IsRegistered(INamedTypeSymbol testClass, INamedTypeSymbol fixture, Compilation compilation) =>
        HasContract(testClass, "IClassFixture", fixture)
        || IsForAssembly(fixture, compilation)
        || testClass.SelfAndBaseTypes()
            .SelectMany(type => type.GetAttributes())
            .Where(attribute => attribute.AttributeClass is { Name: "CollectionAttribute" } type && type.IsInNamespace("Xunit"))
            .Any(attribute => IsForCollection(attribute, fixture, compilation));

    private static bool IsForAssembly(INamedTypeSymbol fixture, Compilation compilation) => compilation.Assembly.GetAttributes()
        .Any(attribute => attribute.AttributeClass?.Name == "AssemblyFixtureAttribute"
            && attribute.ConstructorArguments.Any(argument => IsFixture(argument.Value, fixture)));

    // [Collection<Definition>] and [Collection(typeof(Definition))] name the definition by type, [Collection("name")] by name.
    private static bool IsForCollection(AttributeData collection, INamedTypeSymbol fixture, Compilation compilation)
    {
        if (collection.AttributeClass!.TypeArguments.FirstOrDefault() is INamedTypeSymbol typeArgument)
        {
            return HasContract(typeArgument, "ICollectionFixture", fixture);
        }

        return collection.ConstructorArguments.FirstOrDefault().Value switch
        {
            INamedTypeSymbol type => HasContract(type, "ICollectionFixture", fixture),
            string name => compilation.FindDeclaredTypes()
                .Any(type => IsDefinition(type, name) && HasContract(type, "ICollectionFixture", fixture)),
            _ => true,
        };
    }

    private static bool IsDefinition(INamedTypeSymbol type, string collection) => type.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.Name == "CollectionDefinitionAttribute"
        && (attribute.ConstructorArguments.IsEmpty || collection.Equals(attribute.ConstructorArguments[0].Value)));

    private static bool HasContract(INamedTypeSymbol type, string name, INamedTypeSymbol fixture) => type.AllInterfaces.Any(contract =>
        contract.Name == name
        && contract.IsInNamespace("Xunit")
        && contract.TypeArguments.Length == 1
        && IsFixture(contract.TypeArguments[0], fixture));

    private static bool IsFixture(object? value, INamedTypeSymbol fixture) => (value as ITypeSymbol).IsSame(fixture);
}

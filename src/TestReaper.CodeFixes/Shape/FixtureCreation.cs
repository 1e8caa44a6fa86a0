using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>A `new` of a fixture that a constructor parameter can replace.</summary>
internal sealed class FixtureCreation
{
    private FixtureCreation(
        BaseObjectCreationExpressionSyntax creation,
        TypeDeclarationSyntax type,
        ConstructorDeclarationSyntax? constructor,
        TypeSyntax fixture) =>
        (Creation, Class, Constructor, Fixture) = (creation, type, constructor, fixture);

    public BaseObjectCreationExpressionSyntax Creation { get; }

    public TypeDeclarationSyntax Class { get; }

    /// <summary>The only instance constructor of the class. Null if the class declares none.</summary>
    public ConstructorDeclarationSyntax? Constructor { get; }

    public TypeSyntax Fixture { get; }

    /// <summary>Null if no parameter can replace it, as in a test, a static member or a class with several constructors.</summary>
    public static FixtureCreation? FromSyntax(
        BaseObjectCreationExpressionSyntax creation, SemanticModel model, CancellationToken cancellation)
    {
        if (creation.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not ClassDeclarationSyntax type
            || type.Modifiers.Any(SyntaxKind.PartialKeyword)
            || model.GetTypeInfo(creation, cancellation).Type is not INamedTypeSymbol fixture
            || creation.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is not null)
        {
            return null;
        }

        var constructors = type.Members.OfType<ConstructorDeclarationSyntax>().Where(member => !IsStatic(member)).ToList();
        var constructor = constructors.FirstOrDefault();
        if (constructors.Count > 1 || !IsReplaceable(creation, type, constructor))
        {
            return null;
        }

        var name = SyntaxFactory.ParseTypeName(fixture.ToMinimalDisplayString(model, type.SpanStart));
        return new FixtureCreation(creation, type, constructor, name);
    }

    private static bool IsReplaceable(
        BaseObjectCreationExpressionSyntax creation, ClassDeclarationSyntax type, ConstructorDeclarationSyntax? constructor) =>
        creation.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } } =>
                field.Declaration.Variables.Count == 1
                && !IsStatic(field)
                && (constructor is null || (constructor.Body is not null && constructor.Initializer is null)),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => type.ParameterList is not null && !IsStatic(property),
            AssignmentExpressionSyntax assignment => assignment.Right == creation && constructor?.Span.Contains(creation.Span) == true,
            _ => false,
        };

    private static bool IsStatic(MemberDeclarationSyntax member) => member.Modifiers.Any(SyntaxKind.StaticKeyword);
}

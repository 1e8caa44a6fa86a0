using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>A `new` of a fixture that a constructor parameter can replace.</summary>
internal sealed class FixturePlace
{
    private FixturePlace(BaseObjectCreationExpressionSyntax creation, TypeDeclarationSyntax type, ConstructorDeclarationSyntax? constructor, TypeSyntax fixture) =>
        (Creation, Class, Constructor, Fixture) = (creation, type, constructor, fixture);

    public BaseObjectCreationExpressionSyntax Creation { get; }

    public TypeDeclarationSyntax Class { get; }

    /// <summary>The only one, if the class has one.</summary>
    public ConstructorDeclarationSyntax? Constructor { get; }

    public TypeSyntax Fixture { get; }

    /// <summary>Null where no parameter can take its place: in a test, in a static member, in a class of several parts or constructors.</summary>
    public static FixturePlace? Of(BaseObjectCreationExpressionSyntax creation, SemanticModel model, CancellationToken cancellation)
    {
        if (creation.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not ClassDeclarationSyntax type || type.Modifiers.Any(SyntaxKind.PartialKeyword)
            || model.GetTypeInfo(creation, cancellation).Type is not INamedTypeSymbol made || creation.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is not null)
        {
            return null;
        }

        var constructors = type.Members.OfType<ConstructorDeclarationSyntax>().Where(one => !one.Modifiers.Any(SyntaxKind.StaticKeyword)).ToList();
        if (constructors.Count > 1)
        {
            return null;
        }

        var own = constructors.FirstOrDefault();
        var isFitting = creation.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Parent: FieldDeclarationSyntax field, Variables.Count: 1 } } } =>
                !field.Modifiers.Any(SyntaxKind.StaticKeyword) && (own is null || own.Body is not null && own.Initializer is null),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } => type.ParameterList is not null && !property.Modifiers.Any(SyntaxKind.StaticKeyword),
            AssignmentExpressionSyntax assignment when assignment.Right == creation => own is not null && own.Span.Contains(creation.Span),
            _ => false,
        };
        var name = SyntaxFactory.ParseTypeName(made.ToMinimalDisplayString(model, type.SpanStart));
        return isFitting ? new FixturePlace(creation, type, own, name) : null;
    }
}

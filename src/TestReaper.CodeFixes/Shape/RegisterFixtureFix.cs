using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0009: replaces `new` by IClassFixture&lt;&gt; and a constructor parameter.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RegisterFixtureFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("TR0009");

    // Two fixes in one class would each add a constructor.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null
            || model?.Compilation.GetTypeByMetadataName("TestReaper.Xunit.ServerProcessFixture") is null
            || FindCreation(root, context) is not { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } syntax
            || FixtureCreation.FromSyntax(syntax, model, context.CancellationToken) is not { } creation)
        {
            return;
        }

        var action = CodeAction.Create(
            "Let xUnit create it with IClassFixture<>",
            _ => Task.FromResult(context.Document.WithSyntaxRoot(Apply(root, creation))),
            nameof(RegisterFixtureFix));
        context.RegisterCodeFix(action, context.Diagnostics);
    }

    private static BaseObjectCreationExpressionSyntax? FindCreation(SyntaxNode root, CodeFixContext context) =>
        root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>();

    private static SyntaxNode Apply(SyntaxNode root, FixtureCreation creation) =>
        root.ReplaceNode(creation.Class, ClassFixtures.Register(Inject(creation), creation.Fixture));

    private static TypeDeclarationSyntax Inject(FixtureCreation creation)
    {
        var type = creation.Class;
        var parameter = ClassFixtures.FindFreeName(type, "fixture");
        var reference = SyntaxFactory.IdentifierName(parameter).WithTriviaFrom(creation.Creation);
        if (type.ParameterList is not null)
        {
            var replaced = type.ReplaceNode(creation.Creation, reference);
            return replaced.WithParameterList(ClassFixtures.AddParameter(replaced.ParameterList!, creation.Fixture, parameter));
        }

        if (creation.Constructor is not { } constructor)
        {
            return AddConstructor(creation, parameter);
        }

        return constructor.Span.Contains(creation.Creation.Span)
            ? ReplaceInConstructor(creation, constructor, parameter, reference)
            : AssignInConstructor(creation, constructor, parameter);
    }

    // private readonly Server _server = new(); and no constructor
    private static TypeDeclarationSyntax AddConstructor(FixtureCreation creation, string parameter)
    {
        var type = creation.Class;
        var declarator = (VariableDeclaratorSyntax)creation.Creation.Parent!.Parent!;
        var field = declarator.FirstAncestorOrSelf<FieldDeclarationSyntax>()!;
        var bare = field.ReplaceNode(declarator, RemoveInitializer(declarator));
        var constructor = ClassFixtures.CreateConstructor(type, creation.Fixture, parameter, declarator.Identifier.ValueText);
        return type.WithMembers(type.Members.Replace(field, bare).Insert(type.Members.IndexOf(field) + 1, constructor));
    }

    // public Tests() { _server = new Server(); }
    private static TypeDeclarationSyntax ReplaceInConstructor(
        FixtureCreation creation, ConstructorDeclarationSyntax constructor, string parameter, IdentifierNameSyntax reference)
    {
        var replaced = constructor.ReplaceNode(creation.Creation, reference);
        var parameters = ClassFixtures.AddParameter(replaced.ParameterList, creation.Fixture, parameter);
        return creation.Class.ReplaceNode(constructor, replaced.WithParameterList(parameters));
    }

    // private readonly Server _server = new(); and a constructor
    private static TypeDeclarationSyntax AssignInConstructor(
        FixtureCreation creation, ConstructorDeclarationSyntax constructor, string parameter)
    {
        var declarator = (VariableDeclaratorSyntax)creation.Creation.Parent!.Parent!;
        var statement = SyntaxFactory.ParseStatement($"{declarator.Identifier.ValueText} = {parameter};")
            .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
            .WithTrailingTrivia(ClassFixtures.FindLineEnd(creation.Class))
            .WithAdditionalAnnotations(Formatter.Annotation);
        var assigning = constructor
            .WithBody(constructor.Body!.WithStatements(constructor.Body.Statements.Insert(0, statement)))
            .WithParameterList(ClassFixtures.AddParameter(constructor.ParameterList, creation.Fixture, parameter));
        return creation.Class.ReplaceNodes(
            [constructor, (SyntaxNode)declarator],
            (old, _) => old == constructor ? assigning : RemoveInitializer(declarator));
    }

    private static VariableDeclaratorSyntax RemoveInitializer(VariableDeclaratorSyntax declarator) =>
        declarator.WithInitializer(null).WithIdentifier(declarator.Identifier.WithoutTrivia());
}

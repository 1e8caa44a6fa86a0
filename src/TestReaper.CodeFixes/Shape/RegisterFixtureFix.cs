using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0009: IClassFixture&lt;&gt; and a constructor parameter instead of `new`.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RegisterFixtureFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("TR0009");

    // Two in one class would each write a constructor.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model?.Compilation.GetTypeByMetadataName("TestReaper.Xunit.ServerProcessFixture") is null
            || root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } creation
            || FixturePlace.Of(creation, model, context.CancellationToken) is not { } place)
        {
            return;
        }

        context.RegisterCodeFix(
            CodeAction.Create("Let xUnit make it: IClassFixture<>", cancellation => ApplyAsync(context.Document, root, place, cancellation), nameof(RegisterFixtureFix)),
            context.Diagnostics);
    }

    private static Task<Document> ApplyAsync(Document document, SyntaxNode root, FixturePlace place, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var fixedRoot = root.ReplaceNode(place.Class, ClassFixtures.Register(Inject(place), place.Fixture));
        return Task.FromResult(document.WithSyntaxRoot(fixedRoot));
    }

    private static TypeDeclarationSyntax Inject(FixturePlace place)
    {
        var type = place.Class;
        var parameter = ClassFixtures.Free(type, "fixture");
        var taken = SyntaxFactory.IdentifierName(parameter).WithTriviaFrom(place.Creation);
        if (type.ParameterList is { } primary)
        {
            var with = type.ReplaceNode(place.Creation, taken);
            return with.WithParameterList(ClassFixtures.Add(with.ParameterList!, ClassFixtures.Parameter(place.Fixture, parameter)));
        }

        if (place.Constructor is { } own)
        {
            return InjectInto(place, own, parameter, taken);
        }

        // A field with an initializer is given its value by a new constructor.
        var declarator = (VariableDeclaratorSyntax)place.Creation.Parent!.Parent!;
        var field = declarator.FirstAncestorOrSelf<FieldDeclarationSyntax>()!;
        var bare = field.ReplaceNode(declarator, declarator.WithInitializer(null).WithIdentifier(declarator.Identifier.WithoutTrivia()));
        var index = type.Members.IndexOf(field);
        var members = type.Members.Replace(field, bare).Insert(index + 1, ClassFixtures.Constructor(type, place.Fixture, parameter, declarator.Identifier.ValueText));
        return type.WithMembers(members);
    }

    private static TypeDeclarationSyntax InjectInto(FixturePlace place, ConstructorDeclarationSyntax constructor, string parameter, IdentifierNameSyntax taken)
    {
        if (constructor.Span.Contains(place.Creation.Span))
        {
            var assigned = constructor.ReplaceNode(place.Creation, taken);
            return place.Class.ReplaceNode(constructor, assigned.WithParameterList(ClassFixtures.Add(assigned.ParameterList, ClassFixtures.Parameter(place.Fixture, parameter))));
        }

        var declarator = (VariableDeclaratorSyntax)place.Creation.Parent!.Parent!;
        var statement = SyntaxFactory.ParseStatement($"{declarator.Identifier.ValueText} = {parameter};")
            .WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithTrailingTrivia(ClassFixtures.LineEnd(place.Class)).WithAdditionalAnnotations(Formatter.Annotation);
        var body = constructor.Body!.WithStatements(constructor.Body.Statements.Insert(0, statement));
        var with = constructor.WithBody(body).WithParameterList(ClassFixtures.Add(constructor.ParameterList, ClassFixtures.Parameter(place.Fixture, parameter)));
        return place.Class.ReplaceNodes([constructor, (SyntaxNode)declarator], (old, _) => old == constructor ? with : declarator.WithInitializer(null).WithIdentifier(declarator.Identifier.WithoutTrivia()));
    }
}

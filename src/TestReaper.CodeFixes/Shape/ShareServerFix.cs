using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0014: moves the hooks of a test class to a new fixture, which the tests share through IClassFixture&lt;&gt;.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ShareServerFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("TR0014");

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (model is null
            || root?.FindNode(context.Span).FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } type
            || !IsSupported(type)
            || ServerHooks.FromClass(type, model, context.CancellationToken) is not { Hooks.Count: > 0 } hooks)
        {
            return;
        }

        var action = CodeAction.Create(
            "Share one server in a class fixture",
            _ => Task.FromResult(context.Document.WithSyntaxRoot(new FixtureExtraction(root, type, hooks).Apply())),
            nameof(ShareServerFix));
        context.RegisterCodeFix(action, context.Diagnostics);
    }

    // A constructor may set what the fixture needs, and a base class in between may have state of its own.
    private static bool IsSupported(ClassDeclarationSyntax type) =>
        type is { ParameterList: null, TypeParameterList: null, Parent: not TypeDeclarationSyntax, BaseList.Types: { Count: > 0 } bases }
        && bases[0].Type.ToString() is "ServerProcessFixture" or "TestReaper.Xunit.ServerProcessFixture"
        && !type.Modifiers.Any(SyntaxKind.PartialKeyword)
        && !type.Members.OfType<ConstructorDeclarationSyntax>().Any();
}

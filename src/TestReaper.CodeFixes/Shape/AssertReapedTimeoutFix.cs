using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0010: the default of 30 seconds for a timeout that gives none.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class AssertReapedTimeoutFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("TR0010");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument || argument.Span != context.Span)
        {
            return;
        }

        context.RegisterCodeFix(
            CodeAction.Create(
                "Wait up to 30 seconds",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(
                    argument.Expression, SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(30)).WithTriviaFrom(argument.Expression)))),
                nameof(AssertReapedTimeoutFix)),
            context.Diagnostics);
    }
}

using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0010: replaces a timeout of zero or less by the default of 30 seconds.</summary>
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
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { } argument
            || argument.Span != context.Span)
        {
            return;
        }

        var action = CodeAction.Create(
            "Wait up to 30 seconds",
            _ => Task.FromResult(context.Document.WithSyntaxRoot(ReplaceTimeout(root, argument))),
            nameof(AssertReapedTimeoutFix));
        context.RegisterCodeFix(action, context.Diagnostics);
    }

    private static SyntaxNode ReplaceTimeout(SyntaxNode root, AttributeArgumentSyntax argument)
    {
        var seconds = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(30));
        return root.ReplaceNode(argument.Expression, seconds.WithTriviaFrom(argument.Expression));
    }
}

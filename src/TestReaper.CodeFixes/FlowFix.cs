using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TestReaper.CodeFixes;

/// <summary>A fix that rewrites the tree around one diagnostic.</summary>
public abstract class FlowFix : CodeFixProvider
{
    private readonly string _rule;
    private readonly string _title;

    private protected FlowFix(string rule, string title)
    {
        _rule = rule;
        _title = title;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(_rule);

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is { } node && await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is { } model
            && Mend(root, node, model, context.CancellationToken) is { } mended)
        {
            context.RegisterCodeFix(CodeAction.Create(_title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), _rule), context.Diagnostics);
        }
    }

    /// <summary>The mended root; null where the code is of a shape that only its author can mend.</summary>
    private protected abstract SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken);
}

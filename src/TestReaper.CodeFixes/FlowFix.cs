using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TestReaper.CodeFixes;

/// <summary>A code fix that rewrites the syntax tree around one diagnostic.</summary>
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
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is { } node
            && model is not null
            && Fix(root, node, model, context.CancellationToken) is { } fixedRoot)
        {
            var action = CodeAction.Create(_title, _ => Task.FromResult(context.Document.WithSyntaxRoot(fixedRoot)), _rule);
            context.RegisterCodeFix(action, context.Diagnostics);
        }
    }

    /// <summary>The fixed root. Null if the fix does not support the shape of the code.</summary>
    private protected abstract SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken);
}

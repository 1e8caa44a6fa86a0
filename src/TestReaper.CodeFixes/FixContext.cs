using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TestReaper.CodeFixes;

/// <summary>The code around one diagnostic.</summary>
internal sealed class FixContext
{
    private FixContext(SyntaxNode node, SemanticModel model, CodeLayout layout, ProcessApis apis, CancellationToken cancellationToken) =>
        (Node, Model, Layout, Apis, CancellationToken) = (node, model, layout, apis, cancellationToken);

    /// <summary>The reported node.</summary>
    public SyntaxNode Node { get; }

    public SemanticModel Model { get; }

    public CodeLayout Layout { get; }

    public ProcessApis Apis { get; }

    public CancellationToken CancellationToken { get; }

    public static async Task<FixContext?> CreateAsync(CodeFixContext context)
    {
        var (document, cancellationToken) = (context.Document, context.CancellationToken);
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is not { } node || model is null)
        {
            return null;
        }

        var text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var apis = await ProcessApis.FromDocumentAsync(document, cancellationToken).ConfigureAwait(false);
        return apis is null ? null : new FixContext(node, model, new CodeLayout(text, root), apis, cancellationToken);
    }
}

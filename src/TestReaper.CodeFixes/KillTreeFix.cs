using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0003: kills the whole tree.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class KillTreeFix() : FlowFix("TR0003", "Kill the whole process tree")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken) =>
        node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call
            ? root.ReplaceNode(call.ArgumentList, SyntaxFactory.ParseArgumentList("(entireProcessTree: true)").WithTriviaFrom(call.ArgumentList))
            : null;
}

using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0003: adds entireProcessTree: true.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class KillTreeFix() : FlowFix("TR0003", "Kill the whole process tree")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is not { } call)
        {
            return null;
        }

        var arguments = SyntaxFactory.ParseArgumentList("(entireProcessTree: true)").WithTriviaFrom(call.ArgumentList);
        return root.ReplaceNode(call.ArgumentList, arguments);
    }
}

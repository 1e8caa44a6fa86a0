using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>TR0012: waits for the end of what was killed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class WaitAfterKillFix() : FlowFix("TR0012", "Wait for the end of the process")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } kill)
        {
            return null;
        }

        var (process, mayBeNull) = kill.Expression switch
        {
            ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax } access => (access.Expression.ToString(), true),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => (access.Expression.ToString(), false),
            _ => ("", false),
        };
        if (process.Length == 0)
        {
            return null;
        }

        var wait = Stopping.Wait(process, kill, mayBeNull);
        return kill.Parent is BlockSyntax ? root.InsertNodesAfter(kill, [wait])
            : root.ReplaceNode(kill, SyntaxFactory.Block(kill, wait).WithAdditionalAnnotations(Formatter.Annotation));
    }
}

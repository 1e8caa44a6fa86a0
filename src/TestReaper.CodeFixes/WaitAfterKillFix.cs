using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>TR0012: waits for the exit of the killed process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class WaitAfterKillFix() : FlowFix("TR0012", "Wait for the process to exit")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } kill)
        {
            return null;
        }

        var (process, mayBeNull) = kill.Expression switch
        {
            ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax } access => (access.Expression, true),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => (access.Expression, false),
            _ => (null, false),
        };
        if (process is null)
        {
            return null;
        }

        var wait = StopStatements.CreateWait(process.ToString(), kill, mayBeNull);
        return kill.Parent is BlockSyntax
            ? root.InsertNodesAfter(kill, [wait])
            : root.ReplaceNode(kill, SyntaxFactory.Block(kill, wait).WithAdditionalAnnotations(Formatter.Annotation));
    }
}

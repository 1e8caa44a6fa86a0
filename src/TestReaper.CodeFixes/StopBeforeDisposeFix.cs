using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0004: kills and waits before the handle goes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopBeforeDisposeFix() : FlowFix("TR0004", "Stop the process before it is disposed")
{
    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call && Name(call) is "Dispose" or "Close"
            && node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { Parent: BlockSyntax } disposal)
        {
            var (process, mayBeNull) = disposal.Expression is ConditionalAccessExpressionSyntax access ? (access.Expression.ToString(), true)
                : ((call.Expression as MemberAccessExpressionSyntax)?.Expression.ToString() ?? "", false);
            return process.Length == 0 ? null : root.InsertNodesBefore(disposal, Stopping.Statements(process, disposal, mayBeNull));
        }

        return TryFinally.Mend(root, node, model);
    }

    private static string? Name(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        _ => null,
    };
}

using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0004: kills the process and waits for it before the handle is disposed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopBeforeDisposeFix() : FlowFix("TR0004", "Stop the process before it is disposed")
{
    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is not { } call
            || ReadName(call) is not ("Dispose" or "Close")
            || node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax } disposal)
        {
            return LocalStop.Fix(root, node, model);
        }

        var access = disposal.Expression as ConditionalAccessExpressionSyntax;
        var process = access is not null ? access.Expression : (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        return process is null
            ? null
            : root.InsertNodesBefore(disposal, StopStatements.Create(process.ToString(), disposal, mayBeNull: access is not null));
    }

    private static string? ReadName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.Text,
        _ => null,
    };
}

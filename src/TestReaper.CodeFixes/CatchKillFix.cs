using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0006: kills in a catch around what follows the start.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CatchKillFix() : FlowFix("TR0006", "Kill the process if what follows fails")
{
    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } start || block.Statements.Last() == start)
        {
            return null;
        }

        var process = start.Expression switch
        {
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax } assignment => assignment.Left.ToString(),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Start", Expression: IdentifierNameSyntax instance } } when model.GetSymbolInfo(instance, cancellationToken).Symbol is IFieldSymbol or IPropertySymbol => instance.Identifier.Text,
            _ => null,
        };
        if (process is null)
        {
            return null;
        }

        var clause = SyntaxFactory.CatchClause().WithBlock(SyntaxFactory.Block(Stopping.Statements(process, start).Append(Stopping.Statement("throw;"))));
        return root.ReplaceNode(block, Stopping.Guard(block, start, start, clause, null));
    }
}

using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0006: adds a try around the code after the start, and kills the process in its catch.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CatchKillFix() : FlowFix("TR0006", "Kill the process if the following code fails")
{
    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } start
            || block.Statements.Last() == start
            || FindProcess(start.Expression, model, cancellationToken) is not { } process)
        {
            return null;
        }

        var statements = StopStatements.Create(process, start).Append(StopStatements.Parse("throw;"));
        var clause = SyntaxFactory.CatchClause().WithBlock(SyntaxFactory.Block(statements));
        return root.ReplaceNode(block, StopStatements.AddTry(block, start, start, clause, null));
    }

    // _process = Process.Start(...) or _process.Start()
    private static string? FindProcess(ExpressionSyntax start, SemanticModel model, CancellationToken cancellationToken) => start switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax or MemberAccessExpressionSyntax } assignment => assignment.Left.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Start" } access }
            when access.Expression is IdentifierNameSyntax instance
            && model.GetSymbolInfo(instance, cancellationToken).Symbol is IFieldSymbol or IPropertySymbol => instance.Identifier.Text,
        _ => null,
    };
}

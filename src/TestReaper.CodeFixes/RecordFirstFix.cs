using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0005: moves the statement that records the process to the line after the start.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RecordFirstFix() : FlowFix("TR0005", "Record the process right after its start")
{
    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Parent: BlockSyntax block } start
            || start.Declaration.Variables.Count != 1)
        {
            return null;
        }

        var name = start.Declaration.Variables[0].Identifier.Text;
        var record = block.Statements.SkipWhile(statement => statement != start).Skip(1)
            .OfType<ExpressionStatementSyntax>()
            .FirstOrDefault(statement => Records(statement, name));
        if (record is null)
        {
            return null;
        }

        var others = block.Statements.Remove(record);
        var index = others.IndexOf(others.First(statement => statement.IsEquivalentTo(start)));
        return root.ReplaceNode(block, block.WithStatements(others.Insert(index + 1, record)));
    }

    // _process = process, or _all.Add(process)
    private static bool Records(ExpressionStatementSyntax statement, string name) => statement.Expression switch
    {
        AssignmentExpressionSyntax { Right: IdentifierNameSyntax value } => value.Identifier.Text == name,
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } =>
            arguments[0].Expression is IdentifierNameSyntax value
            && value.Identifier.Text == name
            && !statement.ToString().Contains("Assert."),
        _ => false,
    };
}

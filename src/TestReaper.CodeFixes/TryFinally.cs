using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>Stops a local's process in a finally; has a fixture or a reaper that is at hand track it.</summary>
internal static class TryFinally
{
    public static SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } statement || node is not ExpressionSyntax start)
        {
            return null;
        }

        if (Tracker(start, model))
        {
            return root.ReplaceNode(start, SyntaxFactory.ParseExpression($"Track({start.WithoutTrivia()})").WithTriviaFrom(start));
        }

        if (block.Statements.Last() == statement)
        {
            return null;
        }

        var (name, replacement) = statement switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } when model.GetDeclaredSymbol(variables[0]) is ILocalSymbol { Type.Name: "Process" } => (variables[0].Identifier.Text, statement),
            ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Start", Expression: IdentifierNameSyntax instance } } } when model.GetSymbolInfo(instance).Symbol is ILocalSymbol => (instance.Identifier.Text, statement),
            ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when !model.LookupSymbols(call.SpanStart, name: "process").Any() =>
                ("process", (StatementSyntax)Stopping.Statement($"using var process = {call}{(model.GetNullableContext(call.SpanStart).WarningsEnabled() ? "!" : "")};").WithTriviaFrom(statement)),
            _ => ("", statement),
        };
        if (name.Length == 0)
        {
            return null;
        }

        var last = SyntaxFactory.FinallyClause(SyntaxFactory.Block(Stopping.Statements(name, statement)));
        return root.ReplaceNode(block, Stopping.Guard(block, statement, replacement, null, last));
    }

    private static bool Tracker(ExpressionSyntax start, SemanticModel model) => model.LookupSymbols(start.SpanStart, name: "Track").OfType<IMethodSymbol>()
        .Any(method => method.Parameters.Length == 1 && method.Parameters[0].Type.Name == "Process") && model.GetTypeInfo(start, CancellationToken.None).Type?.Name == "Process";
}

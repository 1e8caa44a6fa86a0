using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>Stops the process of a local in a finally. If the class has a Track method, passes the process to it instead.</summary>
internal static class LocalStop
{
    public static SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model)
    {
        if (node.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } statement
            || node is not ExpressionSyntax start)
        {
            return null;
        }

        if (CanTrack(start, model))
        {
            return root.ReplaceNode(start, SyntaxFactory.ParseExpression($"Track({start.WithoutTrivia()})").WithTriviaFrom(start));
        }

        if (block.Statements.Last() == statement)
        {
            return null;
        }

        var (name, replacement) = FindLocal(statement, model) is { } local ? (local, statement) : AddLocal(statement, model);
        if (name is null)
        {
            return null;
        }

        var last = SyntaxFactory.FinallyClause(SyntaxFactory.Block(StopStatements.Create(name, statement)));
        return root.ReplaceNode(block, StopStatements.AddTry(block, statement, replacement, null, last));
    }

    // The local that holds the process after the statement.
    private static string? FindLocal(StatementSyntax statement, SemanticModel model) => statement switch
    {
        LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables }
            when model.GetDeclaredSymbol(variables[0]) is ILocalSymbol { Type.Name: "Process" } => variables[0].Identifier.Text,
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } }
            when access is { Name.Identifier.Text: "Start", Expression: IdentifierNameSyntax instance }
            && model.GetSymbolInfo(instance).Symbol is ILocalSymbol => instance.Identifier.Text,
        _ => null,
    };

    // A discarded process gets a local.
    private static (string? Name, StatementSyntax Statement) AddLocal(StatementSyntax statement, SemanticModel model)
    {
        if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }
            || model.LookupSymbols(call.SpanStart, name: "process").Any())
        {
            return (null, statement);
        }

        var suppression = model.GetNullableContext(call.SpanStart).WarningsEnabled() ? "!" : "";
        return ("process", StopStatements.Parse($"using var process = {call}{suppression};").WithTriviaFrom(statement));
    }

    private static bool CanTrack(ExpressionSyntax start, SemanticModel model) =>
        model.GetTypeInfo(start, CancellationToken.None).Type?.Name == "Process"
        && model.LookupSymbols(start.SpanStart, name: "Track").OfType<IMethodSymbol>()
            .Any(method => method.Parameters.Length == 1 && method.Parameters[0].Type.Name == "Process");
}

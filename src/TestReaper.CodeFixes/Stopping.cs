using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>The statements that fixes write.</summary>
internal static class Stopping
{
    /// <summary>Kills the whole tree and waits for its end.</summary>
    public static IEnumerable<StatementSyntax> Statements(string process, SyntaxNode at, bool mayBeNull = false)
    {
        yield return Statement($"{process}{(mayBeNull ? "?" : "")}.Kill(entireProcessTree: true);");
        yield return Wait(process, at, mayBeNull);
    }

    /// <summary>Waits without blocking where the function is async.</summary>
    public static StatementSyntax Wait(string process, SyntaxNode at, bool mayBeNull = false) => IsAsync(at) && !mayBeNull
        ? Statement($"await {process}.WaitForExitAsync();")
        : Statement($"{process}{(mayBeNull ? "?" : "")}.WaitForExit();");

    public static StatementSyntax Statement(string text) => SyntaxFactory.ParseStatement(text).WithAdditionalAnnotations(Formatter.Annotation).WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithTrailingTrivia(SyntaxFactory.ElasticLineFeed);

    /// <summary>The block with a try around all that follows a statement.</summary>
    public static BlockSyntax Guard(BlockSyntax block, StatementSyntax first, StatementSyntax replacement, CatchClauseSyntax? clause, FinallyClauseSyntax? last)
    {
        var index = block.Statements.IndexOf(first);
        var body = SyntaxFactory.Block(block.Statements.Skip(index + 1));
        var guard = SyntaxFactory.TryStatement(SyntaxFactory.Block(body.Statements), clause is null ? default : SyntaxFactory.SingletonList(clause), last).WithAdditionalAnnotations(Formatter.Annotation);
        return block.WithStatements(SyntaxFactory.List(block.Statements.Take(index).Concat([replacement, guard.WithLeadingTrivia(SyntaxFactory.ElasticLineFeed)]))).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static bool IsAsync(SyntaxNode at) => at.AncestorsAndSelf().Select(node => node switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword != default,
        BaseMethodDeclarationSyntax => false,
        _ => (bool?)null,
    }).FirstOrDefault(isAsync => isAsync is not null) == true;
}

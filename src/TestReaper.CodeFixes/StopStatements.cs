using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>Creates the statements that the code fixes insert.</summary>
internal static class StopStatements
{
    /// <summary>Kills the whole tree and waits for the exit.</summary>
    public static IEnumerable<StatementSyntax> Create(string process, SyntaxNode position, bool mayBeNull = false)
    {
        yield return Parse($"{process}{(mayBeNull ? "?" : "")}.Kill(entireProcessTree: true);");
        yield return CreateWait(process, position, mayBeNull);
    }

    /// <summary>Waits for the exit, with await if the function is async.</summary>
    public static StatementSyntax CreateWait(string process, SyntaxNode position, bool mayBeNull = false) =>
        IsInAsyncFunction(position) && !mayBeNull
            ? Parse($"await {process}.WaitForExitAsync();")
            : Parse($"{process}{(mayBeNull ? "?" : "")}.WaitForExit();");

    public static StatementSyntax Parse(string text) => SyntaxFactory.ParseStatement(text)
        .WithAdditionalAnnotations(Formatter.Annotation)
        .WithLeadingTrivia(SyntaxFactory.ElasticMarker)
        .WithTrailingTrivia(SyntaxFactory.ElasticLineFeed);

    /// <summary>Replaces a statement of the block, and moves all statements after it into a try.</summary>
    public static BlockSyntax AddTry(
        BlockSyntax block, StatementSyntax first, StatementSyntax replacement, CatchClauseSyntax? clause, FinallyClauseSyntax? last)
    {
        var index = block.Statements.IndexOf(first);
        var body = SyntaxFactory.Block(block.Statements.Skip(index + 1));
        var clauses = clause is null ? default : SyntaxFactory.SingletonList(clause);
        var guard = SyntaxFactory.TryStatement(SyntaxFactory.Block(body.Statements), clauses, last)
            .WithAdditionalAnnotations(Formatter.Annotation)
            .WithLeadingTrivia(SyntaxFactory.ElasticLineFeed);
        return block.WithStatements(SyntaxFactory.List(block.Statements.Take(index).Concat([replacement, guard])))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static bool IsInAsyncFunction(SyntaxNode position) => position.AncestorsAndSelf().Select(node => node switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword != default,
        BaseMethodDeclarationSyntax => false,
        _ => (bool?)null,
    }).FirstOrDefault(isAsync => isAsync is not null) == true;
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>Reads the code that runs after a statement in the same function.</summary>
internal static class FollowingCode
{
    private static readonly HashSet<string> CleanupMethods =
    [
        "Dispose", "DisposeAsync", "Close", "Kill", "WaitForExit", "WaitForExitAsync", "Delete", "SuppressFinalize", "ConfigureAwait",
        "WriteLine", "nameof",
    ];

    /// <summary>Whether the rest of the function only releases resources, so that no server is needed any more.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="process">The process. Calls that concern it count as well.</param>
    public static bool IsCleanup(StatementSyntax statement, string process) => FindStatements(statement)
        .SelectMany(later => later.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        .All(call => CleanupMethods.Contains(ProcessSyntax.ReadName(call)) || Mentions(call, process));

    // Those of a finally around the statement run after it as well.
    private static IEnumerable<SyntaxNode> FindStatements(StatementSyntax statement)
    {
        SyntaxNode node = statement;
        while (node.Parent is { } parent and not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax))
        {
            var later = parent switch
            {
                BlockSyntax block => block.Statements.SkipWhile(other => other != node).Skip(1),
                TryStatementSyntax { Finally: { } last } when last != node => [last],
                ForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax => [parent],
                _ => Enumerable.Empty<SyntaxNode>(),
            };
            foreach (var other in later)
            {
                yield return other;
            }

            node = parent;
        }
    }

    private static bool Mentions(InvocationExpressionSyntax call, string process) =>
        call.DescendantNodes().OfType<ExpressionSyntax>().Any(inner => inner.ToString() == process);
}

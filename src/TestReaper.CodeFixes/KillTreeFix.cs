using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>TR0003: adds entireProcessTree: true.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class KillTreeFix() : FlowFix("TR0003", "Kill the whole process tree")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override IEnumerable<TextChange>? Fix(FixContext context) =>
        context.Apis.HasKillTree
        && context.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call
        && context.Model.GetSymbolInfo(call, context.CancellationToken).Symbol is IMethodSymbol
        {
            ContainingType: { Name: "Process", ContainingNamespace.Name: "Diagnostics" },
        }
        && !IsNeededLater(context, call)
            ? [new TextChange(new TextSpan(call.ArgumentList.OpenParenToken.Span.End, 0), "entireProcessTree: true")]
            : null;

    // A test or a set-up may kill a shell and go on to use the server that the shell has started.
    private static bool IsNeededLater(FixContext context, InvocationExpressionSyntax call)
    {
        if (call.FirstAncestorOrSelf<CatchClauseSyntax>() is not null
            || call.FirstAncestorOrSelf<StatementSyntax>() is not { } statement
            || call.FirstAncestorOrSelf<BaseMethodDeclarationSyntax>() is not { } function
            || context.Model.GetDeclaredSymbol(function, context.CancellationToken) is not IMethodSymbol method)
        {
            return false;
        }

        var process = (call.Expression as MemberAccessExpressionSyntax)?.Expression
            ?? call.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression;
        return TestMethodKinds.IsSetUp(method)
            || (TestBody.IsTest(method) && !FollowingCode.IsCleanup(statement, process?.ToString() ?? ""));
    }
}

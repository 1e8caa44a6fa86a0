using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>TR0012: waits for the exit of the killed process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class WaitAfterKillFix() : FlowFix("TR0012", "Wait for the process to exit")
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } kill)
        {
            return null;
        }

        var (process, call) = kill.Expression switch
        {
            ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax called } access
                when called.Expression is MemberBindingExpressionSyntax => (access.Expression, called),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } called => (access.Expression, called),
            _ => (null, null),
        };
        if (process is null || !IsStable(process) || MayWaitForChildren(call!))
        {
            return null;
        }

        var wait = StopStatements.CreateWait(context, process.ToString(), kill, kill.Expression is ConditionalAccessExpressionSyntax);
        return kill.Parent is BlockSyntax ? StopStatements.Insert(context, kill, [wait], before: false) : AddBlock(context, kill, wait);
    }

    // if (_process != null) _process.Kill(true);
    private static IEnumerable<TextChange>? AddBlock(FixContext context, ExpressionStatementSyntax kill, string wait)
    {
        var layout = context.Layout;
        if (kill.Parent is not (IfStatementSyntax or ElseClauseSyntax or ForEachStatementSyntax)
            || layout.HasDirectives(kill.FullSpan)
            || (layout.StartsLine(kill.SpanStart) && !CodeLayout.EndsLine(kill)))
        {
            return null;
        }

        if (!layout.StartsLine(kill.SpanStart))
        {
            return [new TextChange(new TextSpan(kill.SpanStart, 0), "{ "), new TextChange(new TextSpan(kill.Span.End, 0), $" {wait} }}")];
        }

        var (inner, lineEnd) = (layout.FindIndent(kill.SpanStart), layout.FindLineEnd(kill.SpanStart));
        var indent = layout.FindIndent(kill.Parent.SpanStart);
        var isJoined = kill.FirstAncestorOrSelf<BlockSyntax>() is { } block && !layout.StartsLine(block.OpenBraceToken.SpanStart);
        var header = kill.GetFirstToken().GetPreviousToken();
        var open = isJoined
            ? new TextChange(new TextSpan(header.Span.End, 0), " {")
            : new TextChange(new TextSpan(layout.LineAt(header.Span.End).EndIncludingLineBreak, 0), indent + "{" + lineEnd);
        var end = layout.LineAt(kill.Span.End).EndIncludingLineBreak;
        return [open, new TextChange(new TextSpan(end, 0), inner + wait + lineEnd + indent + "}" + lineEnd)];
    }

    // A method that finds the process may find another one, or none, the second time.
    private static bool IsStable(ExpressionSyntax process) => process switch
    {
        IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax => true,
        MemberAccessExpressionSyntax access => IsStable(access.Expression),
        _ => false,
    };

    // WaitForExit also waits for the end of the output. Children that Kill() has not ended keep it open.
    private static bool MayWaitForChildren(InvocationExpressionSyntax kill) =>
        kill.ArgumentList.Arguments.FirstOrDefault()?.Expression.IsKind(SyntaxKind.TrueLiteralExpression) != true
        && kill.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.DescendantTokens()
            .Any(token => token.ValueText is "BeginOutputReadLine" or "BeginErrorReadLine") == true;
}

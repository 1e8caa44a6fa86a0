using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>Creates the statements that the code fixes insert.</summary>
internal static class StopStatements
{
    /// <summary>Kills the process, with its tree where Process can do that, and waits for its exit.</summary>
    public static IEnumerable<string> Create(FixContext context, string process, SyntaxNode position, bool mayBeNull = false)
    {
        var wait = CreateWait(context, process, position);
        if (!context.Apis.HasKillTree)
        {
            // Kill() of .NET Framework throws if the process has exited.
            string[] kill = [$"if ({(mayBeNull ? $"{process} != null && " : "")}!{process}.HasExited)", "{", $"\t{process}.Kill();"];
            string[] end = mayBeNull ? ["\t" + wait, "}"] : ["}", wait];

            // Not [.. kill, .. end]: copied as spans, they would need System.Memory, which older compilers do not load.
            return kill.Concat(end);
        }

        if (!mayBeNull)
        {
            return [$"{process}.Kill(entireProcessTree: true);", wait];
        }

        return wait.StartsWith("await", System.StringComparison.Ordinal)
            ? [$"if ({process} != null)", "{", $"\t{process}.Kill(entireProcessTree: true);", "\t" + wait, "}"]
            : [$"{process}?.Kill(entireProcessTree: true);", $"{process}?.WaitForExit();"];
    }

    /// <summary>Waits for the exit, with await if the function is async.</summary>
    public static string CreateWait(FixContext context, string process, SyntaxNode position, bool mayBeNull = false) =>
        IsInAsyncFunction(position) && context.Apis.HasWaitAsync && !mayBeNull
            ? $"await {process}.WaitForExitAsync();"
            : $"{process}{(mayBeNull ? "?" : "")}.WaitForExit();";

    /// <summary>Inserts lines before or after a statement, also if others share its line. Null at a preprocessor directive.</summary>
    public static IEnumerable<TextChange>? Insert(FixContext context, StatementSyntax statement, IEnumerable<string> lines, bool before)
    {
        var layout = context.Layout;
        if (statement is not { Parent: BlockSyntax block } || layout.HasDirectives(statement.FullSpan))
        {
            return null;
        }

        if (!layout.StartsLine(statement.SpanStart) || (!before && !CodeLayout.EndsLine(statement)))
        {
            var inline = string.Join(" ", lines.Select(line => line.Trim()));
            return before
                ? [new TextChange(new TextSpan(statement.SpanStart, 0), inline + " ")]
                : [new TextChange(new TextSpan(statement.Span.End, 0), " " + inline)];
        }

        var text = layout.Render(lines, statement.SpanStart, layout.FindIndent(statement.SpanStart), block);
        var line = layout.LineAt(before ? statement.SpanStart : statement.Span.End);
        return [new TextChange(new TextSpan(before ? line.Start : line.EndIncludingLineBreak, 0), text)];
    }

    private static bool IsInAsyncFunction(SyntaxNode position) => position.AncestorsAndSelf().Select(node => node switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword != default,
        BaseMethodDeclarationSyntax => false,
        LockStatementSyntax => false,
        _ => (bool?)null,
    }).FirstOrDefault(isAsync => isAsync is not null) == true;
}

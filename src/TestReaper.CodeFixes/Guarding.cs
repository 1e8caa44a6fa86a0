using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>Moves the statements at the end of a block into a try.</summary>
internal static class Guarding
{
    /// <summary>Guards all statements after the first, or all statements of the block without one.</summary>
    /// <returns>Null if the statements can't be moved, or if their lines leave no place for the try.</returns>
    public static IEnumerable<TextChange>? AddTry(
        FixContext context, BlockSyntax block, StatementSyntax? first, IEnumerable<string> clause)
    {
        var layout = context.Layout;
        var moved = block.Statements.Skip(first is null ? 0 : block.Statements.IndexOf(first) + 1).ToList();
        var start = first?.Span.End ?? block.OpenBraceToken.Span.End;
        if (moved.Count == 0
            || !IsMovable(block, moved)
            || layout.HasDirectives(TextSpan.FromBounds(start, block.CloseBraceToken.SpanStart))
            || !layout.StartsLine(block.CloseBraceToken.SpanStart)
            || !CodeLayout.EndsLine(first?.GetLastToken() ?? block.OpenBraceToken)
            || layout.LineAt(start).LineNumber == layout.LineAt(moved[0].SpanStart).LineNumber
            || (first is not null && !layout.StartsLine(first.SpanStart))
            || !moved.All(statement => layout.StartsLine(statement.SpanStart)))
        {
            return null;
        }

        var lines = layout.Text.Lines;
        var (from, to) = (layout.LineAt(start).LineNumber + 1, layout.LineAt(block.CloseBraceToken.SpanStart).LineNumber - 1);
        while (layout.IsBlank(lines[from].Start, lines[from].End))
        {
            from++;
        }

        while (layout.IsBlank(lines[to].Start, lines[to].End))
        {
            to--;
        }

        var (indent, unit) = (layout.FindIndent(moved[0].SpanStart), layout.FindUnit(block));
        var before = layout.Render(["try", "{"], lines[from].Start, indent, block);
        var after = layout.Render(["}", .. clause], lines[to].Start, indent, block);
        var indents = Enumerable.Range(from + 1, to - from)
            .Select(number => lines[number])
            .Where(line => !layout.IsBlank(line.Start, line.End) && !layout.IsInToken(line.Start))
            .Select(line => new TextChange(new TextSpan(line.Start, 0), unit));
        return
        [
            new TextChange(new TextSpan(lines[from].Start, 0), before + unit),
            .. indents,
            new TextChange(new TextSpan(lines[to].EndIncludingLineBreak, 0), after),
        ];
    }

    /// <summary>Whether the function ends when its code does. A task that it returns without await may run longer.</summary>
    public static bool EndsWithItsCode(MethodDeclarationSyntax method) =>
        method.Modifiers.Any(SyntaxKind.AsyncKeyword)
        || method.ReturnType is PredefinedTypeSyntax
        || method.DescendantNodes().OfType<ReturnStatementSyntax>().All(@return => IsCompletedTask(@return.Expression));

    public static bool IsCompletedTask(ExpressionSyntax? expression) =>
        expression?.ToString() is "Task.CompletedTask" or "ValueTask.CompletedTask" or "default" or "default(ValueTask)";

    // A goto, a call of a local function, or a catch around a yield would no longer compile.
    private static bool IsMovable(BlockSyntax block, List<StatementSyntax> moved) =>
        !moved.Any(statement => statement is LocalFunctionStatementSyntax function
            && block.Statements.Except(moved).Any(earlier => earlier.DescendantTokens()
                .Any(token => token.ValueText == function.Identifier.ValueText)))
        && !block.DescendantNodes(node => node is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
            .Any(node => node is LabeledStatementSyntax or YieldStatementSyntax);
}

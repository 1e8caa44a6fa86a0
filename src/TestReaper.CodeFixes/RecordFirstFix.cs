using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>TR0005: moves the statement that records the process to the line after the start.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class RecordFirstFix() : FlowFix("TR0005", "Record the process right after its start")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Parent: BlockSyntax block } start
            || start.Declaration.Variables.Count != 1
            || context.Model.GetDeclaredSymbol(start.Declaration.Variables[0], context.CancellationToken) is not { } local)
        {
            return null;
        }

        var later = block.Statements.SkipWhile(statement => statement != start).Skip(1).ToList();
        var between = later.TakeWhile(statement => FindMember(statement, local, context) is null).ToList();
        return between.Count < later.Count
            && later[between.Count] is ExpressionStatementSyntax record
            && FindMember(record, local, context) is { } member
            && !IsNullReported(record, start, context.Model)
            && !new MemberReaders(member, context.Model).AreReachedFrom(between)
            ? Move(context, block, start, record)
            : null;
    }

    // _process = process, or _all.Add(process): the field or property
    private static ISymbol? FindMember(StatementSyntax statement, ISymbol local, FixContext context)
    {
        var target = statement switch
        {
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Right: IdentifierNameSyntax value } assignment }
                when value.Identifier.ValueText == local.Name => assignment.Left,
            ExpressionStatementSyntax
            {
                Expression: InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Add" or "Push" or "Enqueue" } add,
                    ArgumentList.Arguments: { Count: 1 } arguments,
                },
            }
                when arguments[0].Expression is IdentifierNameSyntax value && value.Identifier.ValueText == local.Name => add.Expression,
            _ => null,
        };
        return target is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
            && context.Model.GetSymbolInfo(target, context.CancellationToken).Symbol is { } symbol
            && symbol is IFieldSymbol or IPropertySymbol
            && HasNoCode(symbol)
                ? symbol
                : null;
    }

    // An accessor with a body may do more than store the process.
    private static bool HasNoCode(ISymbol member) => !member.DeclaringSyntaxReferences
        .Any(reference => reference.GetSyntax() is PropertyDeclarationSyntax { AccessorList: { } accessors }
            && accessors.Accessors.Any(accessor => accessor.Body is not null || accessor.ExpressionBody is not null));

    // The null check between the start and the record would come too late.
    private static bool IsNullReported(ExpressionStatementSyntax record, LocalDeclarationStatementSyntax start, SemanticModel model) =>
        model.GetNullableContext(record.SpanStart).WarningsEnabled()
        && start.Declaration.Variables[0].Initializer is { Value: var value }
        && model.GetTypeInfo(value).Nullability.FlowState == NullableFlowState.MaybeNull;

    private static IEnumerable<TextChange>? Move(
        FixContext context, BlockSyntax block, LocalDeclarationStatementSyntax start, ExpressionStatementSyntax record)
    {
        var layout = context.Layout;
        if (layout.HasDirectives(TextSpan.FromBounds(start.Span.End, record.FullSpan.End))
            || !CodeLayout.EndsLine(start)
            || !layout.StartsLine(record.SpanStart)
            || !CodeLayout.EndsLine(record))
        {
            return null;
        }

        // The comments right above the record belong to it.
        var first = layout.LineAt(record.SpanStart).LineNumber;
        var top = layout.LineAt(record.GetFirstToken().GetPreviousToken().Span.End).LineNumber;
        while (first - 1 > top && !layout.IsBlank(layout.Text.Lines[first - 1].Start, layout.Text.Lines[first - 1].End))
        {
            first--;
        }

        var moved = TextSpan.FromBounds(layout.Text.Lines[first].Start, layout.LineAt(record.Span.End).EndIncludingLineBreak);
        return
        [
            new TextChange(new TextSpan(layout.LineAt(start.Span.End).EndIncludingLineBreak, 0), layout.Text.ToString(moved)),
            new TextChange(AddBlankLine(layout, moved, block), ""),
        ];
    }

    // The blank line above a last statement goes with it.
    private static TextSpan AddBlankLine(CodeLayout layout, TextSpan moved, BlockSyntax block)
    {
        var line = layout.LineAt(moved.Start).LineNumber;
        return line > 0
            && layout.LineAt(moved.End).LineNumber == layout.LineAt(block.CloseBraceToken.SpanStart).LineNumber
            && layout.Text.Lines[line - 1] is var above
            && layout.IsBlank(above.Start, above.End)
                ? TextSpan.FromBounds(above.Start, moved.End)
                : moved;
    }
}

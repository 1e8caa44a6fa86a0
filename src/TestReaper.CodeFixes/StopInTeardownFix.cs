using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>TR0002: stops the process of a member at the end of an existing teardown method.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopInTeardownFix() : FlowFix("TR0002", "Stop the process in the teardown")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type
            || FindMember(context) is not { } member
            || FindTeardown(type, member, context) is not { } teardown)
        {
            return null;
        }

        var mayBeNull = member is not IFieldSymbol { IsReadOnly: true };
        var position = (SyntaxNode?)teardown.Body ?? teardown;
        var stop = StopStatements.Create(context, member.Name, position, mayBeNull).ToList();
        return teardown.Body switch
        {
            null => ReplaceExpression(context, type, teardown, stop),
            { Statements.Count: 0 } body => FillBody(context, teardown, body, stop),
            var body => Guarding.AddTry(context, body, null, ["finally", "{", .. stop.Select(line => "\t" + line), "}"]),
        };
    }

    private static ISymbol? FindMember(FixContext context)
    {
        var symbol = context.Node.Parent switch
        {
            AssignmentExpressionSyntax assignment => context.Model.GetSymbolInfo(assignment.Left, context.CancellationToken).Symbol,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field } =>
                context.Model.GetDeclaredSymbol(field, context.CancellationToken),
            _ => null,
        };
        return symbol is IFieldSymbol { Type.Name: "Process" } or IPropertySymbol { Type.Name: "Process" } ? symbol : null;
    }

    private static MethodDeclarationSyntax? FindTeardown(TypeDeclarationSyntax type, ISymbol member, FixContext context)
    {
        var lifetime = new MemberLifetime(member, type, context.Model);
        return type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method =>
            Guarding.EndsWithItsCode(method)
            && (method.Body is not null || Guarding.IsCompletedTask(method.ExpressionBody?.Expression))
            && !method.DescendantTokens().Any(token => token.ValueText == member.Name)
            && context.Model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
            && lifetime.AllowsStopIn(symbol));
    }

    // public void Dispose() { }
    private static IEnumerable<TextChange>? FillBody(
        FixContext context, MethodDeclarationSyntax teardown, BlockSyntax body, List<string> stop)
    {
        var layout = context.Layout;
        if (body.DescendantTrivia().Any(trivia => trivia.IsDirective))
        {
            return null;
        }

        if (layout.StartsLine(body.CloseBraceToken.SpanStart))
        {
            var position = body.CloseBraceToken.SpanStart;
            var indent = layout.FindIndent(position);
            var lines = stop.Select(line => "\t" + line);
            return [new TextChange(new TextSpan(layout.LineAt(position).Start, 0), layout.Render(lines, position, indent, body))];
        }

        return ReplaceBody(context, (TypeDeclarationSyntax)teardown.Parent!, teardown, stop);
    }

    // public Task DisposeAsync() => Task.CompletedTask;
    private static IEnumerable<TextChange>? ReplaceExpression(
        FixContext context, TypeDeclarationSyntax type, MethodDeclarationSyntax teardown, List<string> stop) =>
        ReplaceBody(context, type, teardown, [.. stop, $"return {teardown.ExpressionBody!.Expression};"]);

    private static IEnumerable<TextChange>? ReplaceBody(
        FixContext context, TypeDeclarationSyntax type, MethodDeclarationSyntax teardown, List<string> statements)
    {
        var layout = context.Layout;
        var header = teardown.ConstraintClauses.LastOrDefault()?.Span.End ?? teardown.ParameterList.Span.End;
        var span = TextSpan.FromBounds(header, teardown.Span.End);
        if (!layout.StartsLine(teardown.SpanStart)
            || layout.HasDirectives(span)
            || layout.Text.Lines.GetLinePosition(header).Line != layout.Text.Lines.GetLinePosition(teardown.Span.End).Line)
        {
            return null;
        }

        var (indent, lineEnd) = (layout.FindIndent(teardown.SpanStart), layout.FindLineEnd(teardown.SpanStart));
        var unit = layout.FindUnit(type);
        var lines = statements.Select(line => "\t" + line).Prepend("{").Append("}").Select(line =>
            indent + string.Concat(Enumerable.Repeat(unit, line.Length - line.TrimStart('\t').Length)) + line.TrimStart('\t'));
        return [new TextChange(span, lineEnd + string.Join(lineEnd, lines))];
    }
}

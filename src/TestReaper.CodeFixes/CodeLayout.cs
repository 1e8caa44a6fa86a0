using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>The indentation, line ends and brace style of a file.</summary>
internal sealed class CodeLayout(SourceText text, SyntaxNode root)
{
    public SourceText Text => text;

    public TextLine LineAt(int position) => text.Lines.GetLineFromPosition(position);

    /// <summary>Whether only white space precedes the position on its line.</summary>
    public bool StartsLine(int position) => IsBlank(LineAt(position).Start, position);

    /// <summary>Whether only white space or a comment follows the node on its line.</summary>
    public static bool EndsLine(SyntaxNode node) => EndsLine(node.GetLastToken());

    /// <summary>The same for a token. A comment that continues on the next line leaves no place for code there.</summary>
    public static bool EndsLine(SyntaxToken token) =>
        token.TrailingTrivia.Any(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))
        && !token.TrailingTrivia.Any(trivia => trivia.ToString().TrimEnd('\r', '\n').Contains('\n'));

    public bool IsBlank(int start, int end) => string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(start, end)));

    public string FindIndent(int position)
    {
        var line = LineAt(position).ToString();
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>What one level adds to the indentation in a block.</summary>
    public string FindUnit(BlockSyntax block) =>
        FindUnit(block.OpenBraceToken, block.Statements.FirstOrDefault());

    /// <summary>What one level adds to the indentation in a type.</summary>
    public string FindUnit(TypeDeclarationSyntax type) => FindUnit(type.OpenBraceToken, type.Members.FirstOrDefault());

    private string FindUnit(SyntaxToken outerBrace, SyntaxNode? content)
    {
        var outer = FindIndent(outerBrace.SpanStart);
        var inner = content is not null && StartsLine(content.SpanStart) ? FindIndent(content.SpanStart) : "";
        return inner.StartsWith(outer, System.StringComparison.Ordinal) && inner.Length > outer.Length
            ? inner.Substring(outer.Length)
            : outer.Contains('\t') ? "\t" : "    ";
    }

    /// <summary>The line end at the position.</summary>
    public string FindLineEnd(int position)
    {
        for (var number = LineAt(position).LineNumber; number >= 0; number--)
        {
            var line = text.Lines[number];
            if (line.EndIncludingLineBreak > line.End)
            {
                return text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
            }
        }

        return "\n";
    }

    /// <summary>Writes lines, each with its line end. A tab at the start of a line stands for one level more.</summary>
    public string Render(IEnumerable<string> lines, int position, string indent, BlockSyntax style)
    {
        var (unit, lineEnd) = (FindUnit(style), FindLineEnd(position));
        var joined = StartsLine(style.OpenBraceToken.SpanStart) ? lines : JoinBraces(lines);
        return string.Concat(joined.Select(line =>
            indent + string.Concat(Enumerable.Repeat(unit, line.Length - line.TrimStart('\t').Length)) + line.TrimStart('\t') + lineEnd));
    }

    /// <summary>Whether the position is inside a token, such as a string of several lines.</summary>
    public bool IsInToken(int position)
    {
        var token = root.FindToken(position);
        return (token.SpanStart < position && position < token.Span.End)
            || token.Parent!.AncestorsAndSelf().OfType<InterpolatedStringExpressionSyntax>()
                .Any(value => value.SpanStart < position && position < value.Span.End);
    }

    /// <summary>Whether the span has preprocessor directives.</summary>
    public bool HasDirectives(TextSpan span) => root.DescendantTrivia(span).Any(trivia => trivia.IsDirective && span.Contains(trivia.Span));

    private static List<string> JoinBraces(IEnumerable<string> lines)
    {
        List<string> joined = [];
        foreach (var line in lines)
        {
            var text = line.TrimStart('\t');
            var last = joined.Count - 1;
            if (last >= 0 && (text == "{" || (joined[last].EndsWith("}", System.StringComparison.Ordinal) && text is "finally" or "catch")))
            {
                joined[last] += " " + text;
            }
            else
            {
                joined.Add(line);
            }
        }

        return joined;
    }
}

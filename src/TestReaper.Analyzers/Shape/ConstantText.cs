using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>Reads the constant parts of a string expression. A part that is not constant becomes a <see cref="Hole"/>.</summary>
internal static class ConstantText
{
    public const char Hole = '\0';
    private const int MaxDepth = 3;

    public static string Read(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellation, int depth = 0)
    {
        if (model.GetConstantValue(expression, cancellation) is { HasValue: true, Value: string text })
        {
            return text;
        }

        return expression switch
        {
            ParenthesizedExpressionSyntax inner => Read(inner.Expression, model, cancellation, depth),
            InterpolatedStringExpressionSyntax interpolated => string.Concat(interpolated.Contents.Select(part => part switch
            {
                InterpolatedStringTextSyntax written => written.TextToken.ValueText,
                InterpolationSyntax value => Read(value.Expression, model, cancellation, depth),
                _ => Hole.ToString(),
            })),
            BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) =>
                string.Concat(FindSummands(sum).Select(summand => Read(summand, model, cancellation, depth))),
            IdentifierNameSyntax name when depth < MaxDepth && FindInitializer(name, model, cancellation) is { } value =>
                Read(value, model, cancellation, depth + 1),
            _ => Hole.ToString(),
        };
    }

    /// <summary>The elements of an array or collection expression. Null for any other expression.</summary>
    public static IEnumerable<ExpressionSyntax>? FindElements(ExpressionSyntax expression) => expression switch
    {
        CollectionExpressionSyntax collection => collection.Elements.Select(FindElement),
        ArrayCreationExpressionSyntax { Initializer: { } values } => values.Expressions,
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        InitializerExpressionSyntax values => values.Expressions,
        BaseObjectCreationExpressionSyntax { Initializer: { } values } => values.Expressions,
        _ => null,
    };

    private static ExpressionSyntax FindElement(CollectionElementSyntax element) =>
        element is ExpressionElementSyntax single ? single.Expression : ((SpreadElementSyntax)element).Expression;

    // A loop instead of recursion: a sum of thousands of strings is nested to the left, deeper than the stack allows.
    private static Stack<ExpressionSyntax> FindSummands(BinaryExpressionSyntax sum)
    {
        var reversed = new Stack<ExpressionSyntax>();
        ExpressionSyntax current = sum;
        while (current is BinaryExpressionSyntax inner && inner.IsKind(SyntaxKind.AddExpression))
        {
            reversed.Push(inner.Right);
            current = inner.Left;
        }

        reversed.Push(current);
        return reversed;
    }

    // The value of a local or readonly field that is assigned only once.
    private static ExpressionSyntax? FindInitializer(IdentifierNameSyntax name, SemanticModel model, CancellationToken cancellation)
    {
        var symbol = model.GetSymbolInfo(name, cancellation).Symbol;
        if (symbol is not (ILocalSymbol or IFieldSymbol { IsReadOnly: true })
            || symbol.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference
            || reference.SyntaxTree != model.SyntaxTree
            || reference.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
        {
            return null;
        }

        SyntaxNode? scope = symbol is ILocalSymbol
            ? declarator.FirstAncestorOrSelf<BlockSyntax>()
            : declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        var isReassigned = scope is null || scope.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Any(assignment => assignment.Left is IdentifierNameSyntax target && target.Identifier.ValueText == symbol.Name);
        return isReassigned ? null : value;
    }
}

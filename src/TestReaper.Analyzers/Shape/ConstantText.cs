using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Shape;

/// <summary>What is known of a string before the program runs. What is not known is a hole in it.</summary>
internal static class ConstantText
{
    public const char Hole = '\0';

    public static string Of(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellation, int depth = 0)
    {
        if (model.GetConstantValue(expression, cancellation) is { HasValue: true, Value: string text })
        {
            return text;
        }

        return expression switch
        {
            ParenthesizedExpressionSyntax inner => Of(inner.Expression, model, cancellation, depth),
            InterpolatedStringExpressionSyntax interpolated => string.Concat(interpolated.Contents.Select(part => part switch
            {
                InterpolatedStringTextSyntax written => written.TextToken.ValueText,
                InterpolationSyntax hole => Of(hole.Expression, model, cancellation, depth),
                _ => Hole.ToString(),
            })),
            BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) => string.Concat(Summands(sum).Select(one => Of(one, model, cancellation, depth))),
            IdentifierNameSyntax name when depth < 3 && Initializer(name, model, cancellation) is { } value => Of(value, model, cancellation, depth + 1),
            _ => Hole.ToString(),
        };
    }

    /// <summary>The elements of an array or a collection; null where it is neither.</summary>
    public static IEnumerable<ExpressionSyntax>? Elements(ExpressionSyntax expression) => expression switch
    {
        CollectionExpressionSyntax collection => collection.Elements.Select(element => element is ExpressionElementSyntax one ? one.Expression : ((SpreadElementSyntax)element).Expression),
        ArrayCreationExpressionSyntax { Initializer: { } values } => values.Expressions,
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        InitializerExpressionSyntax values => values.Expressions,
        BaseObjectCreationExpressionSyntax { Initializer: { } values } => values.Expressions,
        _ => null,
    };

    // A loop: sums of thousands of strings lean to the left, deeper than a stack is.
    private static Stack<ExpressionSyntax> Summands(BinaryExpressionSyntax sum)
    {
        var reversed = new Stack<ExpressionSyntax>();
        ExpressionSyntax at = sum;
        while (at is BinaryExpressionSyntax inner && inner.IsKind(SyntaxKind.AddExpression))
        {
            reversed.Push(inner.Right);
            at = inner.Left;
        }

        reversed.Push(at);
        return reversed;
    }

    // Only what is never given another value.
    private static ExpressionSyntax? Initializer(IdentifierNameSyntax name, SemanticModel model, CancellationToken cancellation)
    {
        var symbol = model.GetSymbolInfo(name, cancellation).Symbol;
        if (symbol is not (ILocalSymbol or IFieldSymbol { IsReadOnly: true })
            || symbol.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference || reference.SyntaxTree != model.SyntaxTree
            || reference.GetSyntax(cancellation) is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator)
        {
            return null;
        }

        SyntaxNode? scope = symbol is ILocalSymbol ? declarator.FirstAncestorOrSelf<BlockSyntax>() : declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        var isAssigned = scope is null || scope.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => assignment.Left is IdentifierNameSyntax target && target.Identifier.ValueText == symbol.Name);
        return isAssigned ? null : value;
    }
}

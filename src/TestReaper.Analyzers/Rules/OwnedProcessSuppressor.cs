using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Rules;

/// <summary>Suppresses disposal warnings of other analyzers for a process that a fixture or a ProcessReaper reaps.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OwnedProcessSuppressor : DiagnosticSuppressor
{
    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } =
        ImmutableArray.Create(Suppress("CA2000"), Suppress("CA2213"), Suppress("IDISP001"), Suppress("IDISP004"));

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (OwningMethods.FromCompilation(context.Compilation) is not { } owners)
        {
            return;
        }

        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree
                && FindNode(tree, diagnostic, context.CancellationToken) is { } node
                && IsOwned(node, context.GetSemanticModel(tree), owners, context.CancellationToken))
            {
                context.ReportSuppression(Suppression.Create(
                    SupportedSuppressions.First(suppression => suppression.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
            }
        }
    }

    private static SuppressionDescriptor Suppress(string id) =>
        new("TRS" + id, id, "TestReaper has recorded the process and reaps its whole tree.");

    private static SyntaxNode? FindNode(SyntaxTree tree, Diagnostic diagnostic, CancellationToken cancellation) =>
        tree.GetRoot(cancellation).FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    private static bool IsOwned(SyntaxNode node, SemanticModel model, OwningMethods owners, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
        {
            return owners.Contain(call, model, cancellation);
        }

        if (node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { } variable)
        {
            return false;
        }

        // Every value that the variable is assigned must be owned. Null does not count.
        var values = FindValues(variable).Where(value => !IsNull(value)).ToList();
        return values.Count > 0 && values.All(value =>
            value.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } start
            && owners.Contain(start, model, cancellation));
    }

    private static IEnumerable<ExpressionSyntax> FindValues(VariableDeclaratorSyntax variable)
    {
        var type = variable.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        var assigned = (type?.DescendantNodes() ?? [])
            .OfType<AssignmentExpressionSyntax>()
            .Where(assignment => ReadName(assignment.Left) == variable.Identifier.ValueText)
            .Select(assignment => assignment.Right);
        return variable.Initializer is { } initializer ? assigned.Prepend(initializer.Value) : assigned;
    }

    private static bool IsNull(ExpressionSyntax value) =>
        value.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.SuppressNullableWarningExpression
        && !value.DescendantNodes().OfType<InvocationExpressionSyntax>().Any();

    private static string? ReadName(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };
}

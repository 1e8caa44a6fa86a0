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

/// <summary>Takes back what other analyzers say of a process that a fixture or a ProcessReaper has recorded: it is reaped with them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OwnedProcessSuppressor : DiagnosticSuppressor
{
    private static readonly ImmutableDictionary<string, SuppressionDescriptor> Suppressions = new[] { "CA2000", "CA2213", "IDISP001", "IDISP004" }.ToImmutableDictionary(
        id => id, id => new SuppressionDescriptor("TRS" + id, id, "The process is recorded by TestReaper, which reaps it with its whole tree."));

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => Suppressions.Values.ToImmutableArray();

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (Owners.Of(context.Compilation) is not { } owners)
        {
            return;
        }

        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is { } node
                && IsOwned(node, context.GetSemanticModel(tree), owners, context.CancellationToken))
            {
                context.ReportSuppression(Suppression.Create(Suppressions[diagnostic.Id], diagnostic));
            }
        }
    }

    private static bool IsOwned(SyntaxNode node, SemanticModel model, Owners owners, CancellationToken cancellation)
    {
        if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
        {
            return owners.IsOwner(call, model, cancellation);
        }

        if (node.FirstAncestorOrSelf<VariableDeclaratorSyntax>() is not { } variable)
        {
            return false;
        }

        // A field is ours if each value that it is given is.
        List<ExpressionSyntax> values = variable.Initializer is { } initializer ? [initializer.Value] : [];
        var scope = variable.FirstAncestorOrSelf<TypeDeclarationSyntax>();
        values.AddRange(scope is null ? [] : scope.DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Where(assignment => Name(assignment.Left) == variable.Identifier.ValueText).Select(assignment => assignment.Right));
        values.RemoveAll(value => value.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.SuppressNullableWarningExpression && !value.DescendantNodes().OfType<InvocationExpressionSyntax>().Any());
        return values.Count > 0 && values.All(value => value.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } made && owners.IsOwner(made, model, cancellation));
    }

    private static string? Name(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };
}

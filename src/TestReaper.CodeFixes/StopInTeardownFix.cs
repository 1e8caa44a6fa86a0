using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0002: stops the member's process in the teardown that the class has.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopInTeardownFix() : FlowFix("TR0002", "Stop the process in the teardown")
{
    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || Member(node, model, cancellationToken) is not { } member
            || type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method => method.Body is not null && IsTeardown(method, model, cancellationToken)) is not { Body: { } body } teardown
            || teardown.ToString().Contains(member.Name))
        {
            return null;
        }

        var isKept = member is IFieldSymbol { IsReadOnly: true };
        return root.ReplaceNode(body, body.WithStatements(body.Statements.InsertRange(0, Stopping.Statements(member.Name, body, mayBeNull: !isKept))));
    }

    private static ISymbol? Member(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = node.Parent switch
        {
            AssignmentExpressionSyntax assignment => model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field } => model.GetDeclaredSymbol(field, cancellationToken),
            _ => null,
        };
        return symbol is IFieldSymbol { Type.Name: "Process" } or IPropertySymbol { Type.Name: "Process" } ? symbol : null;
    }

    private static bool IsTeardown(MethodDeclarationSyntax method, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetDeclaredSymbol(method, cancellationToken) is IMethodSymbol symbol
        && (symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name.Contains("TearDown") == true || attribute.AttributeClass?.Name.Contains("Cleanup") == true)
            || symbol.Name is "Dispose" or "DisposeAsync" && symbol.Parameters.Length == 0 && symbol.ContainingType.AllInterfaces.Any(contract => contract.Name is "IDisposable" or "IAsyncDisposable" or "IAsyncLifetime"));
}

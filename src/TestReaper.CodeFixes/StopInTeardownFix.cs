using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>TR0002: stops the process of a member in an existing teardown method.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopInTeardownFix() : FlowFix("TR0002", "Stop the process in the teardown")
{
    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type
            || FindMember(node, model, cancellationToken) is not { } member
            || FindTeardown(type, model, cancellationToken) is not { Body: { } body } teardown
            || teardown.ToString().Contains(member.Name))
        {
            return null;
        }

        var mayBeNull = member is not IFieldSymbol { IsReadOnly: true };
        var statements = StopStatements.Create(member.Name, body, mayBeNull);
        return root.ReplaceNode(body, body.WithStatements(body.Statements.InsertRange(0, statements)));
    }

    private static ISymbol? FindMember(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = node.Parent switch
        {
            AssignmentExpressionSyntax assignment => model.GetSymbolInfo(assignment.Left, cancellationToken).Symbol,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field } =>
                model.GetDeclaredSymbol(field, cancellationToken),
            _ => null,
        };
        return symbol is IFieldSymbol { Type.Name: "Process" } or IPropertySymbol { Type.Name: "Process" } ? symbol : null;
    }

    private static MethodDeclarationSyntax? FindTeardown(
        TypeDeclarationSyntax type, SemanticModel model, CancellationToken cancellationToken) => type.Members
        .OfType<MethodDeclarationSyntax>()
        .FirstOrDefault(method => method.Body is not null
            && model.GetDeclaredSymbol(method, cancellationToken) is IMethodSymbol symbol
            && (IsMarked(symbol) || IsDisposal(symbol)));

    private static bool IsMarked(IMethodSymbol method) => method.GetAttributes().Any(attribute =>
        attribute.AttributeClass is { Name: var name } && (name.Contains("TearDown") || name.Contains("Cleanup")));

    private static bool IsDisposal(IMethodSymbol method) =>
        method is { Name: "Dispose" or "DisposeAsync", Parameters.Length: 0 }
        && method.ContainingType.AllInterfaces.Any(contract => contract.Name is "IDisposable" or "IAsyncDisposable" or "IAsyncLifetime");
}

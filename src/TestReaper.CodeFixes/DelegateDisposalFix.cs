using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>TR0007: makes the disposal method that runs call the one that stops the process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DelegateDisposalFix() : FlowFix("TR0007", "Call it from the disposal method that runs")
{
    private protected override SyntaxNode? Fix(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { ExplicitInterfaceSpecifier: null } stop
            || stop.Parent is not TypeDeclarationSyntax type)
        {
            return null;
        }

        return stop.Identifier.Text switch
        {
            "DisposeAsync" when FindMethod(type, "Dispose") is null => root.ReplaceNode(type, AddDispose(type, stop)),
            "Dispose" when !stop.Modifiers.Any(SyntaxKind.AsyncKeyword) && FindMethod(type, "DisposeAsync") is { Body: { } body } =>
                root.ReplaceNode(body, body.WithStatements(body.Statements.Insert(0, StopStatements.Parse("Dispose();")))),
            _ => null,
        };
    }

    private static MethodDeclarationSyntax? FindMethod(TypeDeclarationSyntax type, string name) =>
        type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method => method.Identifier.Text == name);

    private static TypeDeclarationSyntax AddDispose(TypeDeclarationSyntax type, MethodDeclarationSyntax disposeAsync)
    {
        var dispose = SyntaxFactory
            .ParseMemberDeclaration("public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();")!
            .WithLeadingTrivia(SyntaxFactory.ElasticLineFeed, SyntaxFactory.ElasticLineFeed)
            .WithAdditionalAnnotations(Formatter.Annotation);
        if (type.Members.Last() == disposeAsync)
        {
            dispose = dispose.WithTrailingTrivia(SyntaxFactory.ElasticLineFeed);
        }

        var contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName("IDisposable"));
        var bases = type.BaseList!.AddTypes(contract)
            .WithAdditionalAnnotations(Formatter.Annotation)
            .WithTrailingTrivia(type.BaseList.GetTrailingTrivia());
        var extended = type.InsertNodesAfter(disposeAsync, [dispose]);
        var last = extended.BaseList!.Types.Last();
        return extended.ReplaceNode(last, last.WithoutTrailingTrivia()).WithBaseList(bases);
    }
}

using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes;

/// <summary>TR0007: has the disposal that runs call the one that stops the process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DelegateDisposalFix() : FlowFix("TR0007", "Call it from the disposal that runs")
{
    private protected override SyntaxNode? Mend(SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { ExplicitInterfaceSpecifier: null, Parent: TypeDeclarationSyntax type } stop || stop.Modifiers.Any(SyntaxKind.AsyncKeyword) && stop.Identifier.Text == "Dispose")
        {
            return null;
        }

        if (stop.Identifier.Text == "DisposeAsync" && !type.Members.OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.Text == "Dispose"))
        {
            var dispose = SyntaxFactory.ParseMemberDeclaration("public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();")!.WithLeadingTrivia(SyntaxFactory.ElasticLineFeed, SyntaxFactory.ElasticLineFeed).WithAdditionalAnnotations(Formatter.Annotation);
            var bases = type.BaseList!.AddTypes(SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName("IDisposable"))).WithAdditionalAnnotations(Formatter.Annotation);
            var isLast = type.Members.Last() == stop;
            var mended = type.InsertNodesAfter(stop, [isLast ? dispose.WithTrailingTrivia(SyntaxFactory.ElasticLineFeed) : dispose]);
            return root.ReplaceNode(type, mended.ReplaceNode(mended.BaseList!.Types.Last(), mended.BaseList.Types.Last().WithoutTrailingTrivia()).WithBaseList(bases.WithTrailingTrivia(type.BaseList.GetTrailingTrivia())));
        }

        return stop.Identifier.Text == "Dispose" && type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(method => method.Identifier.Text == "DisposeAsync") is { Body: { } body }
            ? root.ReplaceNode(body, body.WithStatements(body.Statements.Insert(0, Stopping.Statement("Dispose();"))))
            : null;
    }
}

using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TestReaper.CodeFixes;

/// <summary>TR0001: tracks the process, or stops it in a finally.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopLocalFix() : FlowFix("TR0001", "Stop the process")
{
    private protected override SyntaxNode? Fix(
        SyntaxNode root, SyntaxNode node, SemanticModel model, CancellationToken cancellationToken) => LocalStop.Fix(root, node, model);
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TestReaper.CodeFixes;

/// <summary>TR0006: adds a try around the code after the start, and kills the process in its catch.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class CatchKillFix() : FlowFix("TR0006", "Kill the process if the following code fails")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax block } start
            || !IsBodyOfEntry(block, context)
            || FindProcess(start.Expression, context) is not { } process)
        {
            return null;
        }

        var mayBeNull = start.Expression is AssignmentExpressionSyntax { Right: var value }
            && context.Model.GetNullableContext(value.SpanStart).WarningsEnabled()
            && context.Model.GetTypeInfo(value, context.CancellationToken).Nullability.FlowState == NullableFlowState.MaybeNull;
        var stop = StopStatements.Create(context, process, start, mayBeNull).Append("throw;");
        return Guarding.AddTry(context, block, start, ["catch", "{", .. stop.Select(line => "\t" + line), "}"]);
    }

    // Only there the failing code is in the same block: the caller of a helper may fail as well.
    private static bool IsBodyOfEntry(BlockSyntax block, FixContext context) => block.Parent switch
    {
        ConstructorDeclarationSyntax => true,
        MethodDeclarationSyntax method => IsEntry(method) && EndsWithItsCode(method, context),
        _ => false,
    };

    private static bool IsEntry(MethodDeclarationSyntax method) =>
        method.Identifier.Text == "InitializeAsync" || method.Modifiers.Any(SyntaxKind.StaticKeyword);

    // A static method that is not async returns the object, not a task of code that still runs.
    private static bool EndsWithItsCode(MethodDeclarationSyntax method, FixContext context) =>
        Guarding.EndsWithItsCode(method)
        || context.Model.GetDeclaredSymbol(method, context.CancellationToken) is { ReturnType.Name: not ("Task" or "ValueTask") };

    // _process = Process.Start(...) or _process.Start()
    private static string? FindProcess(ExpressionSyntax start, FixContext context) => start switch
    {
        AssignmentExpressionSyntax assignment when assignment.Right == context.Node && IsSimple(assignment.Left) =>
            assignment.Left.ToString(),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Start" } access }
            when access.Expression is IdentifierNameSyntax instance
            && context.Model.GetSymbolInfo(instance, context.CancellationToken).Symbol is IFieldSymbol or IPropertySymbol =>
            instance.Identifier.Text,
        _ => null,
    };

    private static bool IsSimple(ExpressionSyntax target) =>
        target is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: SimpleNameSyntax or ThisExpressionSyntax };
}

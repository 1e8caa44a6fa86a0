using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>TR0004: kills the process and waits for it before a teardown disposes the handle.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopBeforeDisposeFix() : FlowFix("TR0004", "Stop the process before it is disposed")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is not { } call
            || ProcessSyntax.ReadName(call) is not ("Dispose" or "Close")
            || context.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax } disposal)
        {
            return LocalStop.Fix(context, isDisposed: true);
        }

        var access = disposal.Expression as ConditionalAccessExpressionSyntax;
        var process = access is not null ? access.Expression : (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        if (process is null || !FollowingCode.IsCleanup(disposal, process.ToString()) || !IsInTeardown(context, disposal, process))
        {
            return null;
        }

        var stop = StopStatements.Create(context, process.ToString(), disposal, mayBeNull: access is not null);
        return StopStatements.Insert(context, disposal, stop, before: true);
    }

    // Not in a lambda: it may run at any time.
    private static bool IsInTeardown(FixContext context, ExpressionStatementSyntax disposal, ExpressionSyntax process) =>
        disposal.Ancestors().FirstOrDefault(node =>
            node is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            is MethodDeclarationSyntax { Parent: TypeDeclarationSyntax type } method
        && context.Model.GetSymbolInfo(process, context.CancellationToken).Symbol is IFieldSymbol or IPropertySymbol
        && context.Model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
        && context.Model.GetSymbolInfo(process, context.CancellationToken).Symbol is { } member
        && new MemberLifetime(member, type, context.Model).AllowsStopIn(symbol);
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>TR0007: makes the disposal method that runs call the one that stops the process.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class DelegateDisposalFix() : FlowFix("TR0007", "Call it from the disposal method that runs")
{
    private protected override IEnumerable<TextChange>? Fix(FixContext context)
    {
        if (context.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not
            {
                ExplicitInterfaceSpecifier: null,
                ParameterList.Parameters.Count: 0,
                Parent: TypeDeclarationSyntax type,
            }
            stop
            || stop.Modifiers.Any(SyntaxKind.OverrideKeyword)
            || context.Model.GetDeclaredSymbol(type, context.CancellationToken) is not { } symbol
            || IsSharedOrCalled(type, symbol, stop.Identifier.Text))
        {
            return null;
        }

        return stop.Identifier.Text switch
        {
            "DisposeAsync" when !HasDispose(symbol) => AddDispose(context, type, stop),
            "Dispose" when !stop.Modifiers.Any(SyntaxKind.AsyncKeyword) && FindDisposeAsync(type) is { Body: { } body } async =>
                CallDispose(context, async, body),
            _ => null,
        };
    }

    // The objects of all tests share a static process. Other code that disposes the object would now do so twice.
    private static bool IsSharedOrCalled(TypeDeclarationSyntax type, INamedTypeSymbol symbol, string stop) =>
        symbol.GetMembers().Any(member =>
            member is IFieldSymbol { IsStatic: true, Type.Name: "Process" } or IPropertySymbol { IsStatic: true, Type.Name: "Process" })
        || type.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(call =>
            ProcessSyntax.ReadName(call) == stop
            && call.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax });

    private static bool HasDispose(INamedTypeSymbol symbol) =>
        symbol.AllInterfaces.Any(contract => contract is { Name: "IDisposable" })
        || TestReaper.Analyzers.Shape.TypeExtensions.SelfAndBaseTypes(symbol).Any(type => type.GetMembers("Dispose").Length > 0);

    private static MethodDeclarationSyntax? FindDisposeAsync(TypeDeclarationSyntax type) => type.Members
        .OfType<MethodDeclarationSyntax>()
        .FirstOrDefault(method => method.Identifier.Text == "DisposeAsync" && method.ParameterList.Parameters.Count == 0);

    // After the code of DisposeAsync, which may still use the server.
    private static IEnumerable<TextChange>? CallDispose(FixContext context, MethodDeclarationSyntax method, BlockSyntax body) =>
        Guarding.EndsWithItsCode(method)
            ? Guarding.AddTry(context, body, null, ["finally", "{", "\tDispose();", "}"])
            : null;

    private static IEnumerable<TextChange>? AddDispose(FixContext context, TypeDeclarationSyntax type, MethodDeclarationSyntax stop)
    {
        var layout = context.Layout;
        if (type.BaseList is not { } bases
            || !layout.StartsLine(stop.SpanStart)
            || !CodeLayout.EndsLine(stop)
            || layout.HasDirectives(TextSpan.FromBounds(stop.Span.End, layout.LineAt(stop.Span.End).EndIncludingLineBreak)))
        {
            return null;
        }

        var (indent, lineEnd) = (layout.FindIndent(stop.SpanStart), layout.FindLineEnd(stop.SpanStart));
        var asTask = stop.ReturnType.ToString().EndsWith("ValueTask", System.StringComparison.Ordinal) ? ".AsTask()" : "";
        var isImported = context.Model.LookupNamespacesAndTypes(type.SpanStart, name: "IDisposable").Any();
        var contract = isImported ? "IDisposable" : "System.IDisposable";
        var dispose = $"{lineEnd}{indent}public void Dispose() => DisposeAsync(){asTask}.GetAwaiter().GetResult();{lineEnd}";
        return
        [
            new TextChange(new TextSpan(bases.Types.Last().Span.End, 0), $", {contract}"),
            new TextChange(new TextSpan(layout.LineAt(stop.Span.End).EndIncludingLineBreak, 0), dispose),
        ];
    }
}

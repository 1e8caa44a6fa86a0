using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TestReaper.CodeFixes.Shape;

namespace TestReaper.CodeFixes;

/// <summary>Stops the process of a local at the end of its test, or passes it to the Track method of the class.</summary>
internal static class LocalStop
{
    /// <param name="context">The start of the process.</param>
    /// <param name="isDisposed">Whether the code disposes the handle. TestReaper's fixtures can stop such a process.</param>
    public static IEnumerable<TextChange>? Fix(FixContext context, bool isDisposed = false)
    {
        if (context.Node is not InvocationExpressionSyntax start)
        {
            return null;
        }

        if (FindTrack(start, context, isDisposed) is { } track)
        {
            var suppression = NeedsSuppression(start, context.Model) ? "!" : "";
            return [Insert(start.SpanStart, $"{track}("), Insert(start.Span.End, suppression + ")")];
        }

        return start.FirstAncestorOrSelf<StatementSyntax>() is { Parent: BlockSyntax block } statement
            && block.Statements.Last() != statement
            && TestBody.IsBodyOfTest(block, context)
            ? FixStatement(context, block, statement, start)
            : null;
    }

    private static IEnumerable<TextChange>? FixStatement(
        FixContext context, BlockSyntax block, StatementSyntax statement, InvocationExpressionSyntax start)
    {
        if (FindLocal(statement, start, context.Model) is { } local)
        {
            var mayBeNull = statement is LocalDeclarationStatementSyntax && NeedsSuppression(start, context.Model);
            return LocalUses.StayInBlock(local, block, context.Model)
                ? Guarding.AddTry(context, block, statement, CreateFinally(context, local.Name, statement, mayBeNull))
                : null;
        }

        if (start.Parent is not ExpressionStatementSyntax || !IsProcess(start, context.Model))
        {
            return null;
        }

        // A discarded process gets a local.
        var name = ClassFixtures.FindFreeName(block.Parent!, "process");
        var canUse = start.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp8 };
        var suppression = NeedsSuppression(start, context.Model) ? "!" : "";
        return Guarding.AddTry(context, block, statement, CreateFinally(context, name, statement, mayBeNull: false)) is { } changes
            ? [Insert(start.SpanStart, $"{(canUse ? "using " : "")}var {name} = "), Insert(start.Span.End, suppression), .. changes]
            : null;
    }

    private static IEnumerable<string> CreateFinally(FixContext context, string name, SyntaxNode position, bool mayBeNull) =>
        ["finally", "{", .. StopStatements.Create(context, name, position, mayBeNull).Select(line => "\t" + line), "}"];

    // The local that holds the process after the statement.
    private static ILocalSymbol? FindLocal(StatementSyntax statement, InvocationExpressionSyntax start, SemanticModel model)
    {
        var symbol = statement switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables }
                when variables[0].Initializer is { Value: var value } && Unwrap(value) == start => model.GetDeclaredSymbol(variables[0]),
            ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call }
                when call == start && access is { Name.Identifier.Text: "Start", Expression: IdentifierNameSyntax instance } =>
                model.GetSymbolInfo(instance).Symbol,
            _ => null,
        };
        return symbol is ILocalSymbol { Type.Name: "Process" } local ? local : null;
    }

    // await StartAsync(), Process.Start("server")!
    private static ExpressionSyntax Unwrap(ExpressionSyntax value) => value switch
    {
        AwaitExpressionSyntax await => Unwrap(await.Expression),
        PostfixUnaryExpressionSyntax suppression => Unwrap(suppression.Operand),
        ParenthesizedExpressionSyntax inner => Unwrap(inner.Expression),
        _ => value,
    };

    private static bool IsProcess(InvocationExpressionSyntax start, SemanticModel model) =>
        model.GetTypeInfo(start).Type is { Name: "Process" };

    private static bool NeedsSuppression(InvocationExpressionSyntax start, SemanticModel model) =>
        model.GetNullableContext(start.SpanStart).WarningsEnabled()
        && start.Parent is not PostfixUnaryExpressionSyntax
        && model.GetTypeInfo(start).Nullability.FlowState == NullableFlowState.MaybeNull;

    // A Track method that returns the process can replace it anywhere, any other one only a discarded process.
    private static string? FindTrack(InvocationExpressionSyntax start, FixContext context, bool isDisposed)
    {
        var isStatic = start.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault() is not { } member
            || member is FieldDeclarationSyntax or PropertyDeclarationSyntax
            || member.Modifiers.Any(SyntaxKind.StaticKeyword);
        return IsProcess(start, context.Model)
            && context.Model.LookupSymbols(start.SpanStart, name: "Track").OfType<IMethodSymbol>().Any(method =>
                method is { Parameters: { Length: 1 } parameters }
                && parameters[0].Type.Name == "Process"
                && (method.IsStatic || !isStatic)
                && (!isDisposed || method.ContainingType.Name == "ServerProcessFixture")
                && (start.Parent is ExpressionStatementSyntax || method.ReturnType.Name == "Process"))
            ? "Track"
            : null;
    }

    private static TextChange Insert(int position, string text) => new(new TextSpan(position, 0), text);
}

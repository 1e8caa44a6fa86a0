using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Shape;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes starts that the code expects to throw, so that no process runs.</summary>
internal static class ExpectedFailures
{
    public static bool Contain(IOperation start, ISymbol function) =>
        start.AncestorsOfType<IAnonymousFunctionOperation>().Any(lambda => IsExpected(lambda.DelegateConsumer()))
        || start.AncestorsOfType<ILocalFunctionOperation>().Any(IsExpected)
        || start.AncestorsOfType<ITryOperation>().Any(@try => IsExpected(@try, start))
        || function.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "ExpectedExceptionAttribute");

    private static bool IsExpected(IOperation? consumer) => consumer switch
    {
        IVariableInitializerOperation or ISimpleAssignmentOperation or IReturnOperation => true,
        IArgumentOperation { Parent: IInvocationOperation call } argument =>
            ExpectsException(call.TargetMethod.Name)
            || (argument.Parameter is { } parameter
                && SyntaxSummary.FindBody(call.TargetMethod) is { } body
                && Catches(body, parameter.Name)),
        _ => false,
    };

    private static bool IsExpected(ILocalFunctionOperation function) => function.Ancestors().Last().Descendants()
        .OfType<IMethodReferenceOperation>()
        .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Method, function.Symbol))
        .Any(reference => IsExpected(reference.DelegateConsumer()));

    // try { Process.Start("missing"); Assert.Fail(); } catch (Win32Exception) { }
    private static bool IsExpected(ITryOperation @try, IOperation start) =>
        @try.Catches.Any(clause => clause.ExceptionType?.Name == "Win32Exception"
            || clause.Filter?.Syntax.ToString().Contains("Win32Exception") == true)
        && @try.Body.Operations.All(statement =>
            statement.Syntax.SpanStart > start.Syntax.SpanStart ? Fails(statement) : Prepares(statement));

    private static bool Prepares(IOperation statement) => statement
        is IVariableDeclarationGroupOperation or IUsingDeclarationOperation
        or IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod.Name: "Start" } or IAssignmentOperation };

    private static bool Fails(IOperation statement) => statement is IExpressionStatementOperation
    {
        Operation: IThrowOperation or IInvocationOperation { TargetMethod.Name: "Fail" },
    } or IThrowOperation;

    private static bool ExpectsException(string method) =>
        method.Contains("Throw") || method.Contains("Exception")
        || method is "That" or "Invoking" or "Awaiting" or "Catch" or "CatchAsync";

    // Whether the method calls the delegate in a try with a catch, or expects it to throw.
    private static bool Catches(SyntaxNode body, string name) => body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
        .Where(use => use.Identifier.ValueText == name)
        .Any(use => use.Ancestors().TakeWhile(node => node != body).Any(node =>
            (node is TryStatementSyntax { Catches.Count: > 0 } @try && @try.Block.Span.Contains(use.Span))
            || (node is InvocationExpressionSyntax call && ExpectsException(ProcessSyntax.ReadName(call)))));
}

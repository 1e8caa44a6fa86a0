using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>Recognizes the block after which no code of the test runs.</summary>
/// <remarks>
/// A helper or a set-up starts the server for its caller, a nested block for the statements after it, and an ordered test for the tests
/// after it. A server that is stopped at the end of such a block dies before the code that needs it.
/// </remarks>
internal static class TestBody
{
    public static bool IsBodyOfTest(BlockSyntax block, FixContext context) =>
        block.Parent is MethodDeclarationSyntax method
        && context.Model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
        && IsTest(symbol)
        && Guarding.EndsWithItsCode(method)
        && !IsOrdered(symbol, context.Model.Compilation);

    public static bool IsTest(IMethodSymbol method) =>
        TestTypes.FindFramework(method) != TestTypes.Kind.None && !TestMethodKinds.IsSetUp(method) && !TestMethodKinds.IsTeardown(method);

    private static bool IsOrdered(IMethodSymbol method, Compilation compilation) => method.ContainingType.GetMembers()
        .Prepend<ISymbol>(method.ContainingType)
        .Append(compilation.Assembly)
        .SelectMany(TestTypes.FindAttributeNames)
        .Any(name => name.Contains("Order") || name.Contains("Priority") || name.Contains("DependsOn"));
}

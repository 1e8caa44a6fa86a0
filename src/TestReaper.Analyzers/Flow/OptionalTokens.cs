using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the optional token parameters of private methods for which no caller passes a token.</summary>
internal static class OptionalTokens
{
    /// <summary>Whether the parameter always has its default, a token that is never cancelled. Reads the calls by syntax.</summary>
    public static bool AreNeverPassed(IParameterSymbol parameter) =>
        parameter is { IsOptional: true, ContainingSymbol: IMethodSymbol { DeclaredAccessibility: Accessibility.Private } method }
        && method.ContainingType.DeclaringSyntaxReferences
            .SelectMany(part => part.GetSyntax().DescendantNodes())
            .OfType<SimpleNameSyntax>()
            .Where(name => name.Identifier.ValueText == method.Name)
            .All(name => FindCall(name) is { } call && !Passes(call, parameter));

    // A method reference may be called with any token.
    private static InvocationExpressionSyntax? FindCall(SimpleNameSyntax name) =>
        (name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : (ExpressionSyntax)name).Parent
            as InvocationExpressionSyntax;

    private static bool Passes(InvocationExpressionSyntax call, IParameterSymbol parameter) =>
        call.ArgumentList.Arguments.Count > parameter.Ordinal
        || call.ArgumentList.Arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == parameter.Name);
}

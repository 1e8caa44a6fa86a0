using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Decides, by syntax alone, whether code passes on a pid that it has under a given name.</summary>
internal static class PidSyntax
{
    public static bool HandsOn(SyntaxNode code, string name) =>
        code.DescendantNodes().OfType<IdentifierNameSyntax>().Any(use => use.Identifier.ValueText == name && HandsOn(use));

    private static bool HandsOn(IdentifierNameSyntax use)
    {
        SyntaxNode value = use;
        var isWhole = true;
        for (var user = use.Parent; user is not null; (value, user) = (user, user.Parent))
        {
            switch (user)
            {
                case MemberAccessExpressionSyntax access when access.Expression == value && access.Name.Identifier.ValueText == "Value":
                case MemberAccessExpressionSyntax owner when owner.Name == value && use.Identifier.ValueText is not ("Id" or "ProcessName"):
                case CastExpressionSyntax or ParenthesizedExpressionSyntax or PostfixUnaryExpressionSyntax or ConditionalExpressionSyntax:
                    continue;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }:
                    if (!IsFormat(call))
                    {
                        return !ProcessSyntax.IsOutput(call);
                    }

                    break;
                case ArgumentSyntax { Parent.Parent: ObjectCreationExpressionSyntax creation }:
                    return !creation.Type.ToString().EndsWith("Exception", StringComparison.Ordinal);
                case ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax }:
                    return true;
                case AssignmentExpressionSyntax assignment:
                    return isWhole && assignment.Right == value;
                case EqualsValueClauseSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax:
                    return isWhole;
                case BinaryExpressionSyntax { OperatorToken.ValueText: "??" }:
                    continue;
                case StatementSyntax or MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax:
                    return false;
            }

            isWhole = false;
        }

        return false;
    }

    private static bool IsFormat(InvocationExpressionSyntax call) =>
        ProcessSyntax.ReadName(call) is "Format" or "ToString" or "Concat" or "nameof";
}

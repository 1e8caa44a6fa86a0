using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TestReaper.Analyzers.Flow;

namespace TestReaper.CodeFixes;

/// <summary>Checks that a process, and what is read from it, stays in the block that declares its local.</summary>
internal static class LocalUses
{
    private const int MaxDepth = 4;

    /// <summary>Whether no use of the local may keep the process, its pid or its output, and none disposes it.</summary>
    public static bool StayInBlock(ISymbol local, BlockSyntax block, SemanticModel model, int depth = 0) =>
        depth <= MaxDepth
        && block.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(use => use.Identifier.ValueText == local.Name && model.GetSymbolInfo(use).Symbol.IsSame(local))
            .All(use => !IsInFunction(use, block) && !IsDisposal(use) && StaysInBlock(use, block, model, depth));

    // A lambda may run after the block.
    private static bool IsInFunction(SyntaxNode use, BlockSyntax block) => use.Ancestors()
        .TakeWhile(node => node != block)
        .Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or QueryExpressionSyntax);

    private static bool IsDisposal(IdentifierNameSyntax use) => use.Parent switch
    {
        MemberAccessExpressionSyntax access when access.Expression == use => access.Name.Identifier.Text is "Dispose" or "Close",
        ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax call } =>
            ProcessSyntax.ReadName(call) is "Dispose" or "Close",
        _ => false,
    };

    private static bool StaysInBlock(SyntaxNode use, BlockSyntax block, SemanticModel model, int depth)
    {
        for (var node = use; ; node = node.Parent!)
        {
            switch (node.Parent)
            {
                case ArgumentSyntax { RefOrOutKeyword.RawKind: not 0 }:
                    return false;
                case ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax } argument:
                    return IsNonEscaping(argument.Parent!.Parent!, model);
                case AssignmentExpressionSyntax assignment when assignment.Left == node:
                    return node != use;
                case AssignmentExpressionSyntax assignment:
                    return FollowLocal(model.GetSymbolInfo(assignment.Left).Symbol, block, model, depth);
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }:
                    return FollowLocal(model.GetDeclaredSymbol(declarator), block, model, depth);
                case IsPatternExpressionSyntax pattern:
                    return !pattern.DescendantNodes().Any(inner => inner is SingleVariableDesignationSyntax);
                case InvocationExpressionSyntax call when !IsInstanceCall(call, model) && !IsNonEscaping(call, model):
                case ReturnStatementSyntax or YieldStatementSyntax or UsingStatementSyntax:
                    return false;
                case StatementSyntax:
                    return true;
                case ArgumentSyntax or ArrowExpressionClauseSyntax or InitializerExpressionSyntax or AnonymousObjectMemberDeclaratorSyntax:
                case CollectionElementSyntax or SwitchExpressionArmSyntax or null:
                    return false;
            }
        }
    }

    // An extension method receives the process as an argument.
    private static bool IsInstanceCall(InvocationExpressionSyntax call, SemanticModel model) =>
        model.GetSymbolInfo(call).Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary };

    private static bool IsNonEscaping(SyntaxNode call, SemanticModel model) =>
        model.GetOperation(call) is { } operation && NonEscapingCalls.Contains(operation);

    private static bool FollowLocal(ISymbol? target, BlockSyntax block, SemanticModel model, int depth) => target switch
    {
        IDiscardSymbol => true,
        ILocalSymbol local => StayInBlock(local, block, model, depth + 1),
        _ => false,
    };
}

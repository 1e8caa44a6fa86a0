using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes.Shape;

/// <summary>The members of a test class that override hooks of ServerProcessFixture, and the uses of the fixture in its tests.</summary>
internal sealed class ServerHooks
{
    private ServerHooks(List<MemberDeclarationSyntax> hooks, List<SimpleNameSyntax> uses) => (Hooks, Uses) = (hooks, uses);

    public IReadOnlyList<MemberDeclarationSyntax> Hooks { get; }

    /// <summary>The references in the tests to members of the fixture.</summary>
    public IReadOnlyList<SimpleNameSyntax> Uses { get; }

    /// <summary>Null if the hooks use members of the test class, or the tests use protected members of the fixture.</summary>
    public static ServerHooks? FromClass(ClassDeclarationSyntax type, SemanticModel model, CancellationToken cancellation)
    {
        var self = model.GetDeclaredSymbol(type, cancellation);
        var hooks = type.Members.Where(member => IsHook(member, model, cancellation)).ToList();
        List<SimpleNameSyntax> uses = [];
        foreach (var member in type.Members)
        {
            var isHook = hooks.Contains(member);
            foreach (var name in member.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name, cancellation).Symbol;
                var isOfFixture = IsOfFixture(symbol);
                if (isHook ? IsOf(symbol, self) : isOfFixture && symbol!.DeclaredAccessibility != Accessibility.Public)
                {
                    return null;
                }

                if (!isHook && isOfFixture && name.Parent is not MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax })
                {
                    uses.Add(name);
                }
            }
        }

        return new ServerHooks(hooks, uses);
    }

    private static bool IsHook(MemberDeclarationSyntax member, SemanticModel model, CancellationToken cancellation) =>
        member is MethodDeclarationSyntax method
        && method.Modifiers.Any(SyntaxKind.OverrideKeyword)
        && IsOfFixture(model.GetDeclaredSymbol(method, cancellation)?.OverriddenMethod);

    private static bool IsOf(ISymbol? symbol, INamedTypeSymbol? type) =>
        symbol?.ContainingType is { } owner && SymbolEqualityComparer.Default.Equals(owner, type);

    private static bool IsOfFixture(ISymbol? symbol) => symbol is { ContainingType.Name: "ServerProcessFixture", IsStatic: false };
}

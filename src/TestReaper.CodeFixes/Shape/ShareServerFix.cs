using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>TR0014: moves the hooks of a test class to a fixture of its own, which the tests share by IClassFixture&lt;&gt;.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ShareServerFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("TR0014");

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<ClassDeclarationSyntax>() is { } type && model is not null && IsSimple(type) && Split(type, model, context.CancellationToken) is var (hooks, uses) && hooks.Count > 0)
        {
            context.RegisterCodeFix(
                CodeAction.Create("Share one server: move it to a class fixture", _ => Task.FromResult(context.Document.WithSyntaxRoot(Apply(root, type, hooks, uses))), nameof(ShareServerFix)),
                context.Diagnostics);
        }
    }

    // Only where no constructor says what the fixture needs, and the base class is ServerProcessFixture itself.
    private static bool IsSimple(ClassDeclarationSyntax type) =>
        type is { ParameterList: null, TypeParameterList: null, Parent: not TypeDeclarationSyntax, BaseList.Types: { Count: > 0 } bases } && bases[0].Type.ToString() is "ServerProcessFixture" or "TestReaper.Xunit.ServerProcessFixture"
        && !type.Modifiers.Any(SyntaxKind.PartialKeyword) && !type.Members.OfType<ConstructorDeclarationSyntax>().Any();

    /// <summary>What moves, and which names in the tests mean the fixture then; null if hooks and tests use each other.</summary>
    private static (List<MemberDeclarationSyntax> Hooks, List<SimpleNameSyntax> Uses)? Split(ClassDeclarationSyntax type, SemanticModel model, CancellationToken cancellation)
    {
        var hooks = type.Members.Where(member => member is MethodDeclarationSyntax method && method.Modifiers.Any(SyntaxKind.OverrideKeyword) && IsFromFixture(model.GetDeclaredSymbol(method, cancellation)?.OverriddenMethod)).ToList();
        var self = model.GetDeclaredSymbol(type, cancellation);
        List<SimpleNameSyntax> uses = [];
        foreach (var member in type.Members)
        {
            foreach (var name in member.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name, cancellation).Symbol;
                if (hooks.Contains(member) ? symbol?.ContainingType is { } owner && SymbolEqualityComparer.Default.Equals(owner, self) : IsFromFixture(symbol) && symbol!.DeclaredAccessibility != Accessibility.Public)
                {
                    return null;
                }

                if (!hooks.Contains(member) && IsFromFixture(symbol) && name.Parent is not MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax })
                {
                    uses.Add(name);
                }
            }
        }

        return (hooks, uses);
    }

    private static bool IsFromFixture(ISymbol? symbol) => symbol is { ContainingType.Name: "ServerProcessFixture", IsStatic: false };

    private static SyntaxNode Apply(SyntaxNode root, ClassDeclarationSyntax type, List<MemberDeclarationSyntax> hooks, List<SimpleNameSyntax> uses)
    {
        var lineEnd = ClassFixtures.LineEnd(type);
        var name = ClassFixtures.Free(root, type.Identifier.ValueText + "Fixture");
        var (field, parameter) = (ClassFixtures.Free(type, "_fixture"), ClassFixtures.Free(type, "fixture"));
        var fixtureType = SyntaxFactory.IdentifierName(name);

        var tests = type.ReplaceNodes(uses.Select(use => use.Parent is MemberAccessExpressionSyntax access ? access.Expression : (SyntaxNode)use), (old, _) =>
            old is ThisExpressionSyntax ? SyntaxFactory.IdentifierName(field).WithTriviaFrom(old) : SyntaxFactory.ParseExpression($"{field}.{old.WithoutTrivia()}").WithTriviaFrom(old));
        var kept = tests.Members.Where((_, index) => !hooks.Contains(type.Members[index])).ToList();
        kept[0] = kept[0].WithLeadingTrivia(kept[0].GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)).Prepend(lineEnd));
        var keeper = SyntaxFactory.ParseMemberDeclaration($"private readonly {name} {field};")!.WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation);
        tests = tests.WithMembers(SyntaxFactory.List<MemberDeclarationSyntax>([keeper, ClassFixtures.Constructor(type, fixtureType, parameter, field), .. kept]));
        var contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName($"IClassFixture<{name}>")).WithTriviaFrom(type.BaseList!.Types[0]);
        tests = tests.WithBaseList(tests.BaseList!.ReplaceNode(tests.BaseList!.Types[0], contract));

        hooks[0] = hooks[0].WithLeadingTrivia(hooks[0].GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
        var fixture = SyntaxFactory.ClassDeclaration(SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space))
            .WithModifiers(SyntaxFactory.TokenList(type.Modifiers.Where(modifier => !modifier.IsKind(SyntaxKind.SealedKeyword)).Append(SyntaxFactory.Token(SyntaxKind.SealedKeyword)).Select(modifier => modifier.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space))))
            .WithKeyword(SyntaxFactory.Token(SyntaxKind.ClassKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithBaseList(SyntaxFactory.BaseList(SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(SyntaxFactory.SimpleBaseType(type.BaseList.Types[0].Type.WithoutTrivia()))).WithTrailingTrivia(lineEnd))
            .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(lineEnd))
            .WithMembers(SyntaxFactory.List(hooks))
            .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(lineEnd))
            .WithLeadingTrivia(type.GetLeadingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .WithAdditionalAnnotations(Formatter.Annotation);
        if (tests.GetLeadingTrivia() is not { Count: > 0 } trivia || !trivia[0].IsKind(SyntaxKind.EndOfLineTrivia))
        {
            tests = tests.WithLeadingTrivia(tests.GetLeadingTrivia().Prepend(lineEnd));
        }

        return root.ReplaceNode(type, [fixture, tests]);
    }
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>Splits a test class into a fixture with its hooks and a class with its tests.</summary>
internal sealed class FixtureExtraction
{
    private readonly SyntaxNode _root;
    private readonly ClassDeclarationSyntax _type;
    private readonly ServerHooks _hooks;
    private readonly SyntaxTrivia _lineEnd;
    private readonly string _fixture, _field, _parameter;

    public FixtureExtraction(SyntaxNode root, ClassDeclarationSyntax type, ServerHooks hooks)
    {
        (_root, _type, _hooks) = (root, type, hooks);
        _lineEnd = ClassFixtures.FindLineEnd(type);
        _fixture = ClassFixtures.FindFreeName(root, type.Identifier.ValueText + "Fixture");
        _field = ClassFixtures.FindFreeName(type, "_fixture");
        _parameter = ClassFixtures.FindFreeName(type, "fixture");
    }

    public SyntaxNode Apply() => _root.ReplaceNode(_type, [CreateFixture(), CreateTests()]);

    private ClassDeclarationSyntax CreateTests()
    {
        var tests = _type.ReplaceNodes(_hooks.Uses.Select(FindReceiver), (old, _) => AccessField(old));
        var kept = tests.Members.Where((_, index) => !_hooks.Hooks.Contains(_type.Members[index])).ToList();
        kept[0] = TrimLineEnds(kept[0], _lineEnd);

        var field = SyntaxFactory.ParseMemberDeclaration($"private readonly {_fixture} {_field};")!
            .WithTrailingTrivia(_lineEnd)
            .WithAdditionalAnnotations(Formatter.Annotation);
        var constructor = ClassFixtures.CreateConstructor(_type, SyntaxFactory.IdentifierName(_fixture), _parameter, _field);
        var contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName($"IClassFixture<{_fixture}>"))
            .WithTriviaFrom(_type.BaseList!.Types[0]);
        tests = tests
            .WithMembers(SyntaxFactory.List<MemberDeclarationSyntax>([field, constructor, .. kept]))
            .WithBaseList(tests.BaseList!.ReplaceNode(tests.BaseList!.Types[0], contract));
        return tests.GetLeadingTrivia() is { Count: > 0 } trivia && trivia[0].IsKind(SyntaxKind.EndOfLineTrivia)
            ? tests
            : tests.WithLeadingTrivia(tests.GetLeadingTrivia().Prepend(_lineEnd));
    }

    // this.BaseAddress is replaced at `this`, a bare BaseAddress as a whole.
    private static SyntaxNode FindReceiver(SimpleNameSyntax use) =>
        use.Parent is MemberAccessExpressionSyntax access ? access.Expression : use;

    private SyntaxNode AccessField(SyntaxNode old) => old is ThisExpressionSyntax
        ? SyntaxFactory.IdentifierName(_field).WithTriviaFrom(old)
        : SyntaxFactory.ParseExpression($"{_field}.{old.WithoutTrivia()}").WithTriviaFrom(old);

    private ClassDeclarationSyntax CreateFixture()
    {
        var members = _hooks.Hooks.Select((hook, index) => index == 0 ? TrimLineEnds(hook) : hook);
        var baseType = SyntaxFactory.SimpleBaseType(_type.BaseList!.Types[0].Type.WithoutTrivia());
        var bases = SyntaxFactory.BaseList(SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(baseType));
        return SyntaxFactory.ClassDeclaration(SyntaxFactory.Identifier(_fixture).WithTrailingTrivia(SyntaxFactory.Space))
            .WithModifiers(SyntaxFactory.TokenList(CreateModifiers()))
            .WithKeyword(SyntaxFactory.Token(SyntaxKind.ClassKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithBaseList(bases.WithTrailingTrivia(_lineEnd))
            .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(_lineEnd))
            .WithMembers(SyntaxFactory.List(members))
            .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(_lineEnd))
            .WithLeadingTrivia(_type.GetLeadingTrivia()
                .Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) || trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    // Those of the test class, and sealed.
    private IEnumerable<SyntaxToken> CreateModifiers() => _type.Modifiers
        .Where(modifier => !modifier.IsKind(SyntaxKind.SealedKeyword))
        .Append(SyntaxFactory.Token(SyntaxKind.SealedKeyword))
        .Select(modifier => modifier.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space));

    private static MemberDeclarationSyntax TrimLineEnds(MemberDeclarationSyntax member, params SyntaxTrivia[] leading) =>
        member.WithLeadingTrivia(leading.Concat(
            member.GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))));
}

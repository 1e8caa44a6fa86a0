using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>What both ways of registering a fixture write.</summary>
internal static class ClassFixtures
{
    /// <summary>Adds IClassFixture&lt;&gt; behind the other base types.</summary>
    public static TypeDeclarationSyntax Register(TypeDeclarationSyntax type, TypeSyntax fixture)
    {
        var contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName($"IClassFixture<{fixture.ToString().Trim()}>"));
        if (type.BaseList is { } bases)
        {
            var last = bases.Types.Last();
            var spaced = bases.Types.Replace(last, last.WithoutTrailingTrivia()).Add(contract.WithTrailingTrivia(last.GetTrailingTrivia()));
            return type.WithBaseList(bases.WithTypes(spaced).WithAdditionalAnnotations(Formatter.Annotation));
        }

        // The line's end stands before the colon otherwise.
        var before = type.ParameterList?.GetLastToken() ?? type.TypeParameterList?.GetLastToken() ?? type.Identifier;
        var list = SyntaxFactory.BaseList(SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(contract)).WithTrailingTrivia(before.TrailingTrivia).WithAdditionalAnnotations(Formatter.Annotation);
        return type.ReplaceToken(before, before.WithTrailingTrivia(SyntaxFactory.Space)).WithBaseList(list);
    }

    public static ParameterSyntax Parameter(TypeSyntax type, string name) =>
        SyntaxFactory.Parameter(SyntaxFactory.Identifier(name)).WithType(type.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space));

    public static ParameterListSyntax Add(ParameterListSyntax list, ParameterSyntax parameter) => list.AddParameters(parameter).WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>A constructor that keeps its parameter in a field.</summary>
    public static ConstructorDeclarationSyntax Constructor(TypeDeclarationSyntax type, TypeSyntax fixture, string parameter, string field)
    {
        var lineEnd = LineEnd(type);
        var text = $"public {type.Identifier.ValueText}({fixture.ToString().Trim()} {parameter})\n{{\n{field} = {parameter};\n}}".Replace("\n", lineEnd.ToString());
        return ((ConstructorDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(text)!)
            .WithLeadingTrivia(lineEnd).WithTrailingTrivia(lineEnd).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>What ends the lines of this file.</summary>
    public static SyntaxTrivia LineEnd(SyntaxNode node)
    {
        var found = node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return found.IsKind(SyntaxKind.EndOfLineTrivia) ? found : SyntaxFactory.LineFeed;
    }

    /// <summary>A name that the type does not use yet.</summary>
    public static string Free(SyntaxNode within, string wanted)
    {
        var used = new System.Collections.Generic.HashSet<string>(within.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        var name = wanted;
        for (var i = 2; used.Contains(name); i++)
        {
            name = wanted + i;
        }

        return name;
    }
}

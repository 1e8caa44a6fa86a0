using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TestReaper.CodeFixes.Shape;

/// <summary>Creates the syntax that registers a class fixture and injects it.</summary>
internal static class ClassFixtures
{
    /// <summary>Adds IClassFixture&lt;&gt; after the other base types.</summary>
    public static TypeDeclarationSyntax Register(TypeDeclarationSyntax type, TypeSyntax fixture)
    {
        var contract = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName($"IClassFixture<{fixture.ToString().Trim()}>"));
        if (type.BaseList is { } bases)
        {
            var last = bases.Types.Last();
            var spaced = bases.Types.Replace(last, last.WithoutTrailingTrivia()).Add(contract.WithTrailingTrivia(last.GetTrailingTrivia()));
            return type.WithBaseList(bases.WithTypes(spaced).WithAdditionalAnnotations(Formatter.Annotation));
        }

        // The line end follows the last token of the header, so it must move behind the new base list.
        var header = type.ParameterList?.GetLastToken() ?? type.TypeParameterList?.GetLastToken() ?? type.Identifier;
        var list = SyntaxFactory.BaseList(SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(contract))
            .WithTrailingTrivia(header.TrailingTrivia)
            .WithAdditionalAnnotations(Formatter.Annotation);
        return type.ReplaceToken(header, header.WithTrailingTrivia(SyntaxFactory.Space)).WithBaseList(list);
    }

    public static ParameterListSyntax AddParameter(ParameterListSyntax list, TypeSyntax type, string name)
    {
        var parameter = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name))
            .WithType(type.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space));
        return list.AddParameters(parameter).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>A constructor that assigns its parameter to a field.</summary>
    public static ConstructorDeclarationSyntax CreateConstructor(
        TypeDeclarationSyntax type, TypeSyntax fixture, string parameter, string field)
    {
        var lineEnd = FindLineEnd(type);
        var text = $"public {type.Identifier.ValueText}({fixture.ToString().Trim()} {parameter})\n{{\n{field} = {parameter};\n}}";
        return ((ConstructorDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(text.Replace("\n", lineEnd.ToString()))!)
            .WithLeadingTrivia(lineEnd)
            .WithTrailingTrivia(lineEnd)
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The line end that the file uses.</summary>
    public static SyntaxTrivia FindLineEnd(SyntaxNode node)
    {
        var found = node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        return found.IsKind(SyntaxKind.EndOfLineTrivia) ? found : SyntaxFactory.LineFeed;
    }

    /// <summary>The wanted name, with a number if the node already contains it.</summary>
    public static string FindFreeName(SyntaxNode node, string wanted)
    {
        var used = new HashSet<string>(node.DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.ValueText));
        var name = wanted;
        for (var i = 2; used.Contains(name); i++)
        {
            name = wanted + i;
        }

        return name;
    }
}

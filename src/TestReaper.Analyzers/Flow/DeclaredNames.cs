using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>What a file declares of some types, told by their names alone.</summary>
internal static class DeclaredNames
{
    /// <summary>The members whose type mentions one of the words, and the types and aliases that stand for one.</summary>
    public static IEnumerable<(string Name, bool IsType)> Of(ISet<string> words, CompilationUnitSyntax file)
    {
        foreach (var node in file.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or BaseFieldDeclarationSyntax))
        {
            switch (node)
            {
                case UsingDirectiveSyntax { Alias: { } alias } @using when Mentions(@using.NamespaceOrType, words):
                    yield return (alias.Name.Identifier.ValueText, true);
                    break;
                case UsingDirectiveSyntax { StaticKeyword.RawKind: not 0 } @using when Mentions(@using.NamespaceOrType, words):
                    yield return ("Start", false);
                    break;
                case TypeDeclarationSyntax type:
                    if (Mentions(type.BaseList, words))
                    {
                        yield return (type.Identifier.ValueText, true);
                    }

                    foreach (var parameter in (type as RecordDeclarationSyntax)?.ParameterList?.Parameters ?? [])
                    {
                        if (Mentions(parameter.Type, words))
                        {
                            yield return (parameter.Identifier.ValueText, false);
                        }
                    }

                    break;
                case MethodDeclarationSyntax method when Mentions(method.ReturnType, words) || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Count > 0 && Mentions(parameter.Type, words)):
                    yield return (method.Identifier.ValueText, false);
                    break;
                case PropertyDeclarationSyntax property when Mentions(property.Type, words):
                    yield return (property.Identifier.ValueText, false);
                    break;
                case VariableDeclarationSyntax field when Mentions(field.Type, words):
                    foreach (var variable in field.Variables)
                    {
                        yield return (variable.Identifier.ValueText, false);
                    }

                    break;
            }
        }
    }

    private static bool Mentions(SyntaxNode? type, ISet<string> words) => type is not null && type.DescendantTokens().Any(token => words.Contains(token.ValueText));
}

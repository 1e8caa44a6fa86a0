using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>What a file declares of a type, told by the type's name alone.</summary>
internal static class DeclaredNames
{
    /// <summary>The members whose type mentions the word, and the types and aliases that stand for it.</summary>
    public static IEnumerable<(string Name, bool IsType)> With(string word, CompilationUnitSyntax file)
    {
        foreach (var node in file.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or BaseFieldDeclarationSyntax))
        {
            switch (node)
            {
                case UsingDirectiveSyntax { Alias: { } alias } @using when Mentions(@using.Name, word):
                    yield return (alias.Name.Identifier.ValueText, true);
                    break;
                case UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0, StaticKeyword.RawKind: not 0 } @using when Mentions(@using.Name, word):
                    yield return ("Start", false);
                    break;
                case TypeDeclarationSyntax type:
                    if (Mentions(type.BaseList, word))
                    {
                        yield return (type.Identifier.ValueText, true);
                    }

                    foreach (var parameter in (type as RecordDeclarationSyntax)?.ParameterList?.Parameters ?? [])
                    {
                        if (Mentions(parameter.Type, word))
                        {
                            yield return (parameter.Identifier.ValueText, false);
                        }
                    }

                    break;
                case MethodDeclarationSyntax method when Mentions(method.ReturnType, word) || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Count > 0 && Mentions(parameter.Type, word)):
                    yield return (method.Identifier.ValueText, false);
                    break;
                case PropertyDeclarationSyntax property when Mentions(property.Type, word):
                    yield return (property.Identifier.ValueText, false);
                    break;
                case VariableDeclarationSyntax field when Mentions(field.Type, word):
                    foreach (var variable in field.Variables)
                    {
                        yield return (variable.Identifier.ValueText, false);
                    }

                    break;
            }
        }
    }

    private static bool Mentions(SyntaxNode? type, string word) => type is not null && type.ToString().IndexOf(word, StringComparison.Ordinal) >= 0;
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the declarations in a file that mention given type names. Works on syntax, without binding.</summary>
internal static class ProcessNames
{
    /// <summary>The members whose type mentions one of the names, the types that derive from one, and the aliases of one.</summary>
    public static IEnumerable<(string Name, bool IsType)> Find(ISet<string> types, CompilationUnitSyntax file)
    {
        foreach (var node in file.DescendantNodes(MayContainDeclarations))
        {
            switch (node)
            {
                case UsingDirectiveSyntax { Alias: { } alias } @using when Mentions(@using.NamespaceOrType, types):
                    yield return (alias.Name.Identifier.ValueText, true);
                    break;
                case UsingDirectiveSyntax { StaticKeyword.RawKind: not 0 } @using when Mentions(@using.NamespaceOrType, types):
                    yield return ("Start", false);
                    break;
                case TypeDeclarationSyntax type:
                    if (Mentions(type.BaseList, types))
                    {
                        yield return (type.Identifier.ValueText, true);
                    }

                    foreach (var parameter in (type as RecordDeclarationSyntax)?.ParameterList?.Parameters ?? [])
                    {
                        if (Mentions(parameter.Type, types))
                        {
                            yield return (parameter.Identifier.ValueText, false);
                        }
                    }

                    break;
                case MethodDeclarationSyntax method when Mentions(method.ReturnType, types) || HasOutput(method, types):
                    yield return (method.Identifier.ValueText, false);
                    break;
                case PropertyDeclarationSyntax property when Mentions(property.Type, types):
                    yield return (property.Identifier.ValueText, false);
                    break;
                case VariableDeclarationSyntax field when Mentions(field.Type, types):
                    foreach (var variable in field.Variables)
                    {
                        yield return (variable.Identifier.ValueText, false);
                    }

                    break;
            }
        }
    }

    private static bool MayContainDeclarations(SyntaxNode node) =>
        node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or BaseFieldDeclarationSyntax;

    // An out, ref or "this" parameter of one of the types.
    private static bool HasOutput(MethodDeclarationSyntax method, ISet<string> types) =>
        method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Count > 0 && Mentions(parameter.Type, types));

    private static bool Mentions(SyntaxNode? type, ISet<string> types) =>
        type is not null && type.DescendantTokens().Any(token => types.Contains(token.ValueText));
}

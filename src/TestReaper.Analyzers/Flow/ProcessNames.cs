using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.Analyzers.Flow;

/// <summary>Finds the declarations that mention one of the given type names. Works on syntax, without binding.</summary>
internal sealed class ProcessNames(HashSet<string> types)
{
    /// <summary>The members whose type mentions one of the names.</summary>
    public HashSet<string> Members { get; } = [];

    /// <summary>The types that derive from one of the names, and the aliases of one.</summary>
    public HashSet<string> Types { get; } = [];

    public void AddFrom(CompilationUnitSyntax file)
    {
        foreach (var node in file.DescendantNodes(MayContainDeclarations))
        {
            switch (node)
            {
                case UsingDirectiveSyntax { Alias: { } alias } @using when Mentions(@using.NamespaceOrType):
                    Types.Add(alias.Name.Identifier.ValueText);
                    break;
                case UsingDirectiveSyntax { StaticKeyword.RawKind: not 0 } @using when Mentions(@using.NamespaceOrType):
                    Members.Add("Start");
                    break;
                case TypeDeclarationSyntax type:
                    AddType(type);
                    break;
                case MethodDeclarationSyntax method when Mentions(method.ReturnType) || HasOutput(method):
                    Members.Add(method.Identifier.ValueText);
                    break;
                case PropertyDeclarationSyntax property when Mentions(property.Type):
                    Members.Add(property.Identifier.ValueText);
                    break;
                case VariableDeclarationSyntax field when Mentions(field.Type):
                    foreach (var variable in field.Variables)
                    {
                        Members.Add(variable.Identifier.ValueText);
                    }

                    break;
            }
        }
    }

    private static bool MayContainDeclarations(SyntaxNode node) =>
        node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or BaseFieldDeclarationSyntax;

    private void AddType(TypeDeclarationSyntax type)
    {
        if (Mentions(type.BaseList))
        {
            Types.Add(type.Identifier.ValueText);
        }

        foreach (var parameter in (type as RecordDeclarationSyntax)?.ParameterList?.Parameters ?? [])
        {
            if (Mentions(parameter.Type))
            {
                Members.Add(parameter.Identifier.ValueText);
            }
        }
    }

    // An out, ref or "this" parameter of one of the types.
    private bool HasOutput(MethodDeclarationSyntax method) =>
        method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Count > 0 && Mentions(parameter.Type));

    private bool Mentions(SyntaxNode? type) =>
        type is not null && type.DescendantNodesAndSelf().Any(node =>
            node is SimpleNameSyntax name && types.Contains(name.Identifier.ValueText));
}

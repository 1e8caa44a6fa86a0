using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers;

/// <summary>Reads the operation blocks of one type: the bodies, initializers and default values of its members.</summary>
/// <remarks>
/// Constraint. The rules need the blocks of few types, and all blocks of a type at once. RegisterOperationBlockAction makes the compiler
/// build the operations of the whole project. RegisterSymbolStartAction does not, but then the compiler computes the actions of every
/// symbol of the project anew, which costs a build more CPU time than all rules together.
///
/// Scheme. The rules register a symbol action for types, which is cheap, and read the blocks of a type that the text does not exclude.
/// The semantic model comes from the compilation: within an analysis, a compilation returns the models that the analysis has already.
///
/// Invariants.
/// - A block has the syntax and the owner that RegisterOperationBlockAction would deliver. A test compares the two.
/// - Blocks come in source order, file by file.
/// - Attributes are left out, because they contain no code that runs. So is generated code, because the rules do not report it.
///
/// https://github.com/dotnet/roslyn/blob/main/docs/analyzers/Analyzer%20Actions%20Semantics.md
/// </remarks>
internal sealed class OperationBlocks
{
    private readonly List<OwnedOperation> _found = [];
    private readonly SemanticModel _model;
    private readonly bool _withNestedTypes;
    private readonly CancellationToken _cancellation;

    private OperationBlocks(SemanticModel model, bool withNestedTypes, CancellationToken cancellation) =>
        (_model, _withNestedTypes, _cancellation) = (model, withNestedTypes, cancellation);

    /// <summary>The blocks of the type that a symbol action analyzes.</summary>
    public static List<OwnedOperation> Read(SymbolAnalysisContext context, bool withNestedTypes)
    {
        var blocks = new List<OwnedOperation>();
        var parts = context.Symbol.DeclaringSyntaxReferences;
        foreach (var part in parts)
        {
            // The compiler has skipped a type whose only part is generated.
            if (parts.Length == 1 || !GeneratedCode.Contains(part.SyntaxTree, context.Options, context.CancellationToken))
            {
#pragma warning disable RS1030 // No action delivers the blocks of one type at the cost of that type, see above.
                var model = context.Compilation.GetSemanticModel(part.SyntaxTree);
#pragma warning restore RS1030
                var reader = new OperationBlocks(model, withNestedTypes, context.CancellationToken);
                reader.ReadType(part.GetSyntax(context.CancellationToken), (INamedTypeSymbol)context.Symbol);
                blocks.AddRange(reader._found);
            }
        }

        return blocks;
    }

    private void ReadType(SyntaxNode declaration, INamedTypeSymbol? type)
    {
        if (declaration is CompilationUnitSyntax statements)
        {
            Add(statements, _model.GetDeclaredSymbol(statements, _cancellation));
        }
        else if (declaration is TypeDeclarationSyntax)
        {
            // Parameters and base arguments belong to the primary constructor.
            ReadChildren(declaration, type?.InstanceConstructors.FirstOrDefault(constructor =>
                constructor.DeclaringSyntaxReferences.Any(part =>
                    part.Span == declaration.Span && part.SyntaxTree == declaration.SyntaxTree)));
        }
    }

    private void ReadChildren(SyntaxNode node, ISymbol? owner)
    {
        foreach (var child in node.ChildNodes())
        {
            switch (child)
            {
                case BlockSyntax or EqualsValueClauseSyntax or ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax:
                    Add(child, owner);
                    break;
                case ArrowExpressionClauseSyntax:
                    Add(child, owner is IPropertySymbol property ? property.GetMethod : owner);
                    break;
                case TypeDeclarationSyntax when _withNestedTypes:
                    ReadType(child, _model.GetDeclaredSymbol(child, _cancellation) as INamedTypeSymbol);
                    break;
                case AttributeListSyntax or TypeSyntax or BaseTypeDeclarationSyntax or DelegateDeclarationSyntax:
                    break;
                case BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or AccessorDeclarationSyntax or VariableDeclaratorSyntax:
                    ReadChildren(child, _model.GetDeclaredSymbol(child, _cancellation));
                    break;
                default:
                    ReadChildren(child, owner);
                    break;
            }
        }
    }

    private void Add(SyntaxNode syntax, ISymbol? owner)
    {
        if (owner is not null && _model.GetOperation(syntax, _cancellation) is { } operation)
        {
            _found.Add(new OwnedOperation(operation, owner));
        }
    }
}

using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TestReaper.CodeFixes;

/// <summary>Finds the code that uses a member, in statements and in the methods of the same type that they call.</summary>
/// <remarks>Such code may stop the old process of the member, so an earlier assignment would make it stop the new one.</remarks>
internal sealed class MemberReaders(ISymbol member, SemanticModel model)
{
    private readonly HashSet<ISymbol> _visited = new(SymbolEqualityComparer.Default);

    public bool AreReachedFrom(IEnumerable<SyntaxNode> code) => code.Any(Reads);

    private bool Reads(SyntaxNode code)
    {
        var names = code.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().ToList();
        return names.Any(name => name.Identifier.ValueText == member.Name) || names.Any(CallsReader);
    }

    private bool CallsReader(SimpleNameSyntax name)
    {
        if (name.SyntaxTree != model.SyntaxTree
            || model.GetSymbolInfo(name).Symbol is not { } used
            || used is not (IMethodSymbol or IPropertySymbol)
            || !_visited.Add(used.OriginalDefinition))
        {
            return false;
        }

        // A derived class may implement an abstract method with code that uses the member.
        return used.ContainingType.IsSame(member.ContainingType)
            && (used.IsAbstract || used.IsVirtual || used.DeclaringSyntaxReferences.Any(reference => Reads(reference.GetSyntax())));
    }
}

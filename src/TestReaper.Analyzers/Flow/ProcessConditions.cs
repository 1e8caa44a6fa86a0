using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes expressions and branches that concern a given process.</summary>
internal static class ProcessConditions
{
    public static bool Mentions(IOperation operation, ICollection<object> nodes) =>
        operation.Descendants().Any(inner => Refers(inner, nodes));

    /// <summary>Whether the operation is a reference to one of the nodes.</summary>
    public static bool Refers(IOperation operation, ICollection<object> nodes) => operation switch
    {
        ILocalReferenceOperation local => nodes.Contains(local.Local),
        IParameterReferenceOperation parameter => nodes.Contains(parameter.Parameter),
        IMemberReferenceOperation member => nodes.Contains(member.Member.OriginalDefinition),
        _ => false,
    };

    /// <summary>Whether the operation is in a branch whose condition reads the process or starts one.</summary>
    public static bool IsUnderCheck(IOperation operation, ICollection<object> nodes) => operation.AncestorsOfType<IConditionalOperation>()
        .Any(branch => Mentions(branch.Condition, nodes) || StartsProcess(branch.Condition));

    /// <summary>Whether a local that was computed from the process decides the branch.</summary>
    /// <example>var hasStarted = process.Start(); if (!hasStarted) { return; }</example>
    public static bool IsUnderStartResult(IOperation operation, ICollection<object> nodes)
    {
        var names = nodes.OfType<ISymbol>().Select(node => node.Name).Where(name => name.Length > 0).ToList();
        return operation.AncestorsOfType<IConditionalOperation>()
            .Any(branch => branch.Condition.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
                .Any(reference => IsDeclaredWith(reference.Local, names)));
    }

    private static bool StartsProcess(IOperation condition) =>
        condition.DescendantsAndSelf().Any(inner => inner is IInvocationOperation { TargetMethod.Name: "Start" });

    private static bool IsDeclaredWith(ILocalSymbol local, List<string> names) =>
        local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().DescendantTokens()
            .Any(token => names.Contains(token.ValueText)) == true;
}

using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes code that runs only in a debugger: a process that it starts is for the developer to look at.</summary>
internal static class Debugging
{
    public static bool Needs(IOperation start) => start.AncestorsWithChild().Any(step => step.Ancestor switch
    {
        IConditionalOperation branch => AsksForDebugger(branch.Condition),
        IBlockOperation block => block.Operations.TakeWhile(earlier => !ReferenceEquals(earlier, step.Child)).Any(IsGuard),
        _ => false,
    });

    // if (!Debugger.IsAttached) { return; }
    private static bool IsGuard(IOperation statement) =>
        statement is IConditionalOperation { WhenFalse: null, Condition: IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } } guard
        && AsksForDebugger(guard.Condition)
        && Branches.Leaves(guard.WhenTrue);

    private static bool AsksForDebugger(IOperation condition) => condition.DescendantsAndSelf().Any(inner =>
        inner is IPropertyReferenceOperation { Property: { Name: "IsAttached", ContainingType.Name: "Debugger" } });
}

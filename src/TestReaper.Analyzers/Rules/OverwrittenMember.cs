using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>Decides whether a start overwrites a member whose process still runs.</summary>
internal static class OverwrittenMember
{
    /// <summary>
    /// How the process of an earlier start is lost. Null if it is not. <paramref name="counting"/> are the <paramref name="releases"/>
    /// that run after the tests or after this start.
    /// </summary>
    public static string? Explain(
        TypeModel model, IReadOnlyList<StartSite> sites, StartSite site, List<Effect> releases, List<Effect> counting)
    {
        if (IsConditional(site.Start) || ReturnsBefore(site.Point.Function, site.Start) || releases.Any(release => IsBefore(release, site)))
        {
            return null;
        }

        var loops = FindLoops(site.Start).ToList();
        if (loops.Count > 0 && !counting.Any(release => FindLoops(release.Operation).Intersect(loops).Any()))
        {
            return "each pass of the loop overwrites it";
        }

        if (IsStoppedOnce(model, site, counting))
        {
            return "it is started before each test but stopped once";
        }

        return IsStartedAgain(model, sites, site, releases) ? "a later start overwrites it" : null;
    }

    private static bool IsBefore(Effect release, StartSite site) =>
        release.IsIn(site.Point.Function) && release.Start < site.Start.Syntax.SpanStart;

    // if (_process is null) ..., _process ??= ...
    private static bool IsConditional(IOperation start) => start.AncestorsWithChild().Any(step => step.Ancestor switch
    {
        ICoalesceAssignmentOperation or ISwitchOperation => true,
        IConditionalOperation condition => !ReferenceEquals(condition.Condition, step.Child),
        ICoalesceOperation coalesce => ReferenceEquals(coalesce.WhenNull, step.Child),
        _ => false,
    });

    // if (_process is not null) return; ...
    private static bool ReturnsBefore(ISymbol function, IOperation start) =>
        function.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().DescendantNodes().OfType<ReturnStatementSyntax>()
            .Any(exit => exit.SpanStart < start.Syntax.SpanStart) == true;

    // A loop with an early exit retries one start. It does not start many processes.
    private static IEnumerable<IOperation> FindLoops(IOperation operation) => operation.AncestorsOfType<ILoopOperation>()
        .Where(loop => !loop.Descendants().Any(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation));

    private static bool IsStoppedOnce(TypeModel model, StartSite site, List<Effect> counting) =>
        model.Teardowns.FindCallers(site.Point.Function).Any(TestMethodKinds.IsSetUpPerTest)
        && counting.All(release => !release.Point.IsInCallback && RunsOnlyOnce(model.Teardowns, release));

    private static bool RunsOnlyOnce(Teardowns teardowns, Effect release)
    {
        var callers = teardowns.FindCallers(release.Point.Function);
        return callers.Any(TestMethodKinds.IsOneTimeTeardown)
            && callers.All(function => !teardowns.IsTeardown(function) || TestMethodKinds.IsOneTimeTeardown(function));
    }

    // Restart() after the set-up, if only the teardown can have stopped the first process.
    private static bool IsStartedAgain(TypeModel model, IReadOnlyList<StartSite> sites, StartSite site, List<Effect> releases)
    {
        var teardowns = model.Teardowns;
        if (!releases.All(release => IsOnlyInTeardown(teardowns, release)) || !sites.Any(first => IsInSetUp(teardowns, first)))
        {
            return false;
        }

        var starters = teardowns.FindCallers(site.Point.Function);
        return starters.OfType<IMethodSymbol>().Any(method => IsRestart(teardowns, method) && !StopsFirst(model, method, starters));
    }

    private static bool IsOnlyInTeardown(Teardowns teardowns, Effect release)
    {
        var callers = teardowns.FindCallers(release.Point.Function);
        return !release.Point.IsInCallback && callers.All(function =>
            teardowns.IsTeardown(function)
            || (function is IMethodSymbol { DeclaredAccessibility: Accessibility.Private } && callers.Any(teardowns.IsTeardown)));
    }

    private static bool IsInSetUp(Teardowns teardowns, StartSite site) =>
        teardowns.FindCallers(site.Point.Function).Any(function => function is IFieldSymbol || TestMethodKinds.IsSetUp(function));

    private static bool IsRestart(Teardowns teardowns, IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Private }
        && !teardowns.FindCallers(method).Any(TestMethodKinds.IsSetUp)
        && TestTypes.FindFramework(method) == TestTypes.Kind.None
        && !teardowns.IsTeardown(method);

    private static bool StopsFirst(TypeModel model, IMethodSymbol method, HashSet<ISymbol> starters) => model.Steps
        .Where(step => SymbolEqualityComparer.Default.Equals(step.Owner, method))
        .Select(step => step.Operation)
        .OfType<IInvocationOperation>()
        .Any(call => ProcessUse.IsEnding(call.TargetMethod.Name)
            || (starters.Contains(call.TargetMethod.OriginalDefinition) && (IsConditional(call) || ReturnsBefore(method, call))));
}

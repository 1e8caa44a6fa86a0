using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0002: a member's process that no teardown stops, or that loses its holder before one does.</summary>
internal sealed class MemberNeverStopped : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, origins) in model.Members)
        {
            if (!model.IsOpen(member))
            {
                continue;
            }

            var releases = model.EffectsOn(member).Where(effect => effect.IsRelease).ToList();
            foreach (var origin in origins)
            {
                if (Fault(model, member, origins, origin, releases) is { } fault)
                {
                    report(Diagnostic.Create(Descriptors.MemberNeverStopped, origin.Start.Syntax.GetLocation(), member.Name, fault));
                }
            }
        }
    }

    /// <summary>A release that runs when the tests are over, or together with the start.</summary>
    public static bool Counts(TypeModel model, Origin origin, Effect release) =>
        model.Teardowns.Runs(release) || IsSameRun(model, origin, release);

    private static string? Fault(TypeModel model, ISymbol member, IReadOnlyList<Origin> origins, Origin origin, List<Effect> releases)
    {
        if (releases.Count == 0)
        {
            // Its Dispose is what TR0004 reports.
            return IsKeptElsewhere(model, member, origin) ? null : model.EffectsOn(member).Any(effect => effect.Kind == EffectKind.Dispose) ? null : "never stopped";
        }

        var counting = releases.Where(release => Counts(model, origin, release)).ToList();
        if (counting.Count == 0)
        {
            var functions = releases.SelectMany(release => model.Teardowns.CallersOf(release.Place.Function)).OfType<IMethodSymbol>().ToList();
            return functions.Any(function => model.Teardowns.NeverRuns(function) is not null) ? null
                : $"stopped only in '{releases[0].Place.Function.Name}', which no teardown calls";
        }

        if (IsLostByAFailure(model, member, origin, counting))
        {
            return "stopped only if the test gets that far";
        }

        if (IsCollection(model, member) || IsReplacedWithCare(origin, releases))
        {
            return null;
        }

        return IsInLoop(origin.Start) && !counting.Any(release => SharesLoop(origin.Start, release.Operation)) ? "overwritten in a loop"
            : IsPerTest(model, origin, counting) ? "started before each test but stopped once"
            : IsStartedAgain(model, origins, origin, releases) ? "overwritten by a later start" : null;
    }

    // _server = Launch(...), where Launch adds it to the list that the teardown goes through.
    private static bool IsKeptElsewhere(TypeModel model, ISymbol member, Origin origin) => model.Members.Any(other =>
        !SymbolEqualityComparer.Default.Equals(other.Member, member) && other.Origins.Contains(origin)
        && (!model.IsOpen(other.Member) || model.EffectsOn(other.Member).Any(effect => effect.IsRelease && Counts(model, origin, effect))));

    private static bool IsSameRun(TypeModel model, Origin origin, Effect release)
    {
        if (release.Place.IsGuard)
        {
            return false;
        }

        if (SymbolEqualityComparer.Default.Equals(origin.Place.Function.OriginalDefinition, release.Place.Function.OriginalDefinition))
        {
            return release.Start > origin.End;
        }

        var starters = model.Teardowns.CallersOf(origin.Place.Function);
        return model.Teardowns.CallersOf(release.Place.Function).Any(function => starters.Contains(function)
            && !SymbolEqualityComparer.Default.Equals(function, origin.Place.Function.OriginalDefinition) && !Teardowns.IsSetUp(function));
    }

    // The test that started it kills it at its end, and no teardown does.
    private static bool IsLostByAFailure(TypeModel model, ISymbol member, Origin origin, List<Effect> counting) =>
        TestTypes.TestOf(origin.Place.Function) != TestTypes.Kind.None && !model.Teardowns.IsTeardown(origin.Place.Function)
        && counting.All(release => release is { Kind: EffectKind.Kill, Place: { IsInFinally: false, IsHandedOut: false } } && SymbolEqualityComparer.Default.Equals(release.Place.Function, origin.Place.Function))
        && model.Failures.First(origin.Place.Function, origin.End, counting.Min(release => release.Start), model.Graph.From(member, throughMembers: true), operation => counting.Any(release => release.Operation == operation)) is not null;

    private static bool IsCollection(TypeModel model, ISymbol member) =>
        !model.Known.Carriers.IsProcess(member switch { IFieldSymbol field => field.Type, IPropertySymbol property => property.Type, _ => null });

    // if (_process is null) ..., _process ??= ..., or the old one is stopped first
    private static bool IsReplacedWithCare(Origin origin, IReadOnlyList<Effect> releases) =>
        IsUnderCondition(origin.Start) || ReturnsBefore(origin.Place.Function, origin.Start)
        || releases.Any(release => SymbolEqualityComparer.Default.Equals(release.Place.Function, origin.Place.Function) && release.Start < origin.Start.Syntax.SpanStart);

    private static bool IsUnderCondition(IOperation start)
    {
        var child = start;
        for (var parent = start.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is ICoalesceAssignmentOperation or ISwitchOperation
                || parent is IConditionalOperation condition && !ReferenceEquals(condition.Condition, child) || parent is ICoalesceOperation coalesce && ReferenceEquals(coalesce.WhenNull, child))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ReturnsBefore(ISymbol function, IOperation start) =>
        function.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().DescendantNodes().Any(node => node is Microsoft.CodeAnalysis.CSharp.Syntax.ReturnStatementSyntax && node.SpanStart < start.Syntax.SpanStart) == true;

    // Restart() after the set-up, where nothing but the teardown could have stopped the first one.
    private static bool IsStartedAgain(TypeModel model, IReadOnlyList<Origin> origins, Origin origin, List<Effect> releases)
    {
        var teardowns = model.Teardowns;
        if (!releases.All(release => !release.Place.IsHandedOut && teardowns.CallersOf(release.Place.Function) is var callers
            && callers.All(function => teardowns.IsTeardown(function) || function is IMethodSymbol { DeclaredAccessibility: Accessibility.Private } && callers.Any(teardowns.IsTeardown))))
        {
            return false;
        }

        var starters = teardowns.CallersOf(origin.Place.Function);
        return origins.Any(first => teardowns.CallersOf(first.Place.Function).Any(function => function is IFieldSymbol || Teardowns.IsSetUp(function)))
            && starters.OfType<IMethodSymbol>().Any(again => again is { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Private } && !teardowns.CallersOf(again).Any(Teardowns.IsSetUp)
                && TestTypes.TestOf(again) == TestTypes.Kind.None && !teardowns.IsTeardown(again) && !StartsWithCare(model, again, starters));
    }

    private static bool StartsWithCare(TypeModel model, IMethodSymbol again, HashSet<ISymbol> starters) => model.Steps
        .Where(step => SymbolEqualityComparer.Default.Equals(step.Owner, again)).Select(step => step.Operation).OfType<IInvocationOperation>()
        .Any(call => ProcessUse.SaysEnd(call.TargetMethod.Name) || starters.Contains(call.TargetMethod.OriginalDefinition) && (IsUnderCondition(call) || ReturnsBefore(again, call)));

    private static bool IsInLoop(IOperation operation) => Loops(operation).Any();

    private static bool SharesLoop(IOperation one, IOperation other) => Loops(one).Intersect(Loops(other)).Any();

    private static IEnumerable<IOperation> Loops(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            // A loop that is left once it worked tries again; it does not start many.
            if (parent is ILoopOperation loop && !loop.Descendants().Any(inner => inner is IBranchOperation { BranchKind: BranchKind.Break } or IReturnOperation))
            {
                yield return parent;
            }
        }
    }

    private static bool IsPerTest(TypeModel model, Origin origin, IReadOnlyList<Effect> releases) =>
        model.Teardowns.CallersOf(origin.Place.Function).Any(function => TestTypes.Attributes(function).Any(name => name is "SetUpAttribute" or "TestInitializeAttribute"))
        && releases.All(release => !release.Place.IsHandedOut && model.Teardowns.CallersOf(release.Place.Function) is var callers
            && callers.Any(function => TestTypes.Attributes(function).Any(name => name is "OneTimeTearDownAttribute" or "ClassCleanupAttribute" or "AssemblyCleanupAttribute"))
            && callers.All(function => !model.Teardowns.IsTeardown(function) || TestTypes.Attributes(function).Any(name => name is "OneTimeTearDownAttribute" or "ClassCleanupAttribute" or "AssemblyCleanupAttribute")));
}

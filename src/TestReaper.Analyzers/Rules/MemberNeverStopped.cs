using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0002: no teardown stops the process of a member, or a later start overwrites the member first.</summary>
internal sealed class MemberNeverStopped : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, sites) in model.Members.Where(held => model.IsFullyVisible(held.Member)))
        {
            var releases = model.FindReleases(member);
            foreach (var site in sites)
            {
                if (Explain(model, member, sites, site, releases) is { } reason)
                {
                    report(site.CreateDiagnostic(Descriptors.MemberNeverStopped, member.Name, reason));
                }
            }
        }
    }

    /// <summary>Whether the release runs after the tests, or in the same run of code as the start.</summary>
    public static bool Counts(TypeModel model, StartSite site, Effect release) =>
        model.Teardowns.Runs(release) || IsInSameRun(model, site, release);

    private static string? Explain(TypeModel model, ISymbol member, IReadOnlyList<StartSite> sites, StartSite site, List<Effect> releases)
    {
        if (releases.Count == 0)
        {
            // TR0004 reports a member that is only disposed.
            var isDisposed = model.FindEffects(member).Any(effect => effect.Kind == EffectKind.Dispose);
            return isDisposed || IsStoppedInAnotherMember(model, member, site)
                ? null
                : new FlowResult([], [], model.FindEffects(member)).Explain();
        }

        var counting = releases.Where(release => Counts(model, site, release)).ToList();
        if (counting.Count == 0)
        {
            // TR0007 reports a teardown that never runs.
            var callers = releases.SelectMany(release => model.Teardowns.FindCallers(release.Point.Function)).OfType<IMethodSymbol>();
            return callers.Any(caller => model.Teardowns.ExplainNeverRuns(caller) is not null)
                ? null
                : $"only '{releases[0].Point.Function.Name}' stops it, and no teardown calls that";
        }

        if (IsLostByFailure(model, member, site, counting))
        {
            return "it is stopped only if no earlier statement of the test fails";
        }

        return HoldsOneProcess(model, member) ? OverwrittenMember.Explain(model, sites, site, releases, counting) : null;
    }

    // _server = Launch(...), where Launch also adds the process to a list that the teardown stops.
    private static bool IsStoppedInAnotherMember(TypeModel model, ISymbol member, StartSite site) => model.Members.Any(other =>
        !SymbolEqualityComparer.Default.Equals(other.Member, member)
        && other.Sites.Contains(site)
        && (!model.IsFullyVisible(other.Member)
            || model.FindReleases(other.Member).Any(effect => Counts(model, site, effect))));

    private static bool IsInSameRun(TypeModel model, StartSite site, Effect release)
    {
        if (release.Point.IsOnFailurePath)
        {
            return false;
        }

        var start = site.Point.Function.OriginalDefinition;
        if (SymbolEqualityComparer.Default.Equals(start, release.Point.Function.OriginalDefinition))
        {
            return release.Start > site.End;
        }

        var starters = model.Teardowns.FindCallers(site.Point.Function);
        return model.Teardowns.FindCallers(release.Point.Function).Any(function =>
            starters.Contains(function)
            && !SymbolEqualityComparer.Default.Equals(function, start)
            && !TestMethodKinds.IsSetUp(function));
    }

    // The test that starts the process kills it as its last step, and no teardown does.
    private static bool IsLostByFailure(TypeModel model, ISymbol member, StartSite site, List<Effect> counting)
    {
        var test = site.Point.Function;
        if (TestTypes.FindFramework(test) == TestTypes.Kind.None
            || model.Teardowns.IsTeardown(test)
            || !counting.All(release => IsPlainKill(release) && release.IsIn(test)))
        {
            return false;
        }

        var nodes = model.Graph.FindReachable(member, throughMembers: true);
        var kills = counting.Select(release => release.Operation).ToList();
        return model.Failures.FindFirst(test, site.Start, counting.Min(release => release.Start), nodes, kills.Contains) is not null;
    }

    private static bool IsPlainKill(Effect release) =>
        release is { Kind: EffectKind.Kill, Point: { IsInFinally: false, IsInCallback: false } };

    private static bool HoldsOneProcess(TypeModel model, ISymbol member) => model.Cache.HolderTypes.IsProcess(member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    });
}

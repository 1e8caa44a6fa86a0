using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0007: only a method that the test framework never calls stops the process of a member.</summary>
internal sealed class TeardownNeverRuns : IFlowRule
{
    public void Check(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, sites) in model.Members)
        {
            var releases = model.FindReleases(member);
            if (releases.Count == 0
                || !model.IsFullyVisible(member)
                || sites.All(site => releases.Any(release => MemberNeverStopped.Counts(model, site, release))))
            {
                continue;
            }

            var callers = releases.SelectMany(release => model.Teardowns.FindCallers(release.Point.Function));
            foreach (var method in callers.OfType<IMethodSymbol>())
            {
                if (model.Teardowns.ExplainNeverRuns(method) is { } reason
                    && method.Locations.FirstOrDefault(location => location.IsInSource) is { } location)
                {
                    report(Diagnostic.Create(Descriptors.TeardownNeverRuns, location, method.Name, reason));
                }
            }
        }
    }
}

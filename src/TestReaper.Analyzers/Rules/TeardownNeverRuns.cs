using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TestReaper.Analyzers.Flow;

namespace TestReaper.Analyzers.Rules;

/// <summary>TR0007: the only code that stops a member's process sits where the test framework never comes.</summary>
internal sealed class TeardownNeverRuns : IFlowRule
{
    /// <inheritdoc/>
    public void Judge(TypeModel model, Action<Diagnostic> report)
    {
        foreach (var (member, origins) in model.Members)
        {
            var releases = model.EffectsOn(member).Where(effect => effect.IsRelease).ToList();
            if (releases.Count == 0 || !model.IsOpen(member) || origins.All(origin => releases.Any(release => MemberNeverStopped.Counts(model, origin, release))))
            {
                continue;
            }

            foreach (var function in releases.SelectMany(release => model.Teardowns.CallersOf(release.Place.Function)).OfType<IMethodSymbol>())
            {
                if (model.Teardowns.NeverRuns(function) is { } reason && function.Locations.FirstOrDefault(location => location.IsInSource) is { } location)
                {
                    report(Diagnostic.Create(Descriptors.TeardownNeverRuns, location, function.Name, reason));
                }
            }
        }
    }
}

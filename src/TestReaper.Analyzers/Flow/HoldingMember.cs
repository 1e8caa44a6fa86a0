using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace TestReaper.Analyzers.Flow;

/// <summary>A member that holds processes which the type started, with the starts.</summary>
internal sealed class HoldingMember(ISymbol member, IReadOnlyList<StartSite> sites)
{
    public ISymbol Member => member;

    public IReadOnlyList<StartSite> Sites => sites;

    public void Deconstruct(out ISymbol heldBy, out IReadOnlyList<StartSite> starts) => (heldBy, starts) = (member, sites);
}

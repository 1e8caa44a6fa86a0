using System.Globalization;

namespace TestReaper.Benchmarks.Trees;

/// <param name="Count">All processes, the root too.</param>
/// <param name="IsDeep">Each below the one before, instead of all below the root.</param>
internal sealed record TreeShape(int Count, bool IsDeep = false)
{
    public string[] Arguments => [IsDeep ? "deep" : "wide", Count.ToString(CultureInfo.InvariantCulture)];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count:N0}{(Count == 1 ? "" : IsDeep ? " deep" : " wide")}");
}

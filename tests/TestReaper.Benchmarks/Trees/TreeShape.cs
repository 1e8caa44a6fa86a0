using System.Globalization;

namespace TestReaper.Benchmarks.Trees;

/// <param name="Count">The number of processes, including the root.</param>
/// <param name="IsDeep">Whether each process is the child of the one before. Otherwise all are children of the root.</param>
internal sealed record TreeShape(int Count, bool IsDeep = false)
{
    public string[] Arguments => [IsDeep ? "deep" : "wide", Count.ToString(CultureInfo.InvariantCulture)];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count:N0}{(Count == 1 ? "" : IsDeep ? " deep" : " wide")}");
}

namespace TestReaper.Reaping.Release;

/// <summary>Renders release conditions, one line each. GPUs of which the same is to be said share a line: a server may use eight.</summary>
internal static class ReleaseText
{
    public static IEnumerable<string> Lines(IEnumerable<ReleaseCondition> conditions) =>
        conditions.GroupBy(Key).Select(group => group.Count() == 1
            ? group.First().ToString()
            : (group.First() with { Name = string.Join(", ", group.Select(condition => condition.Name).Distinct()) }).ToString());

    private static object Key(ReleaseCondition condition) => condition.Resource == ReleaseResource.Gpu
        ? (condition.Verdict, condition.Detail, ReapReportText.Seconds(condition.Elapsed))
        : new object();
}

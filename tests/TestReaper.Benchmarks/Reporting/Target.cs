namespace TestReaper.Benchmarks.Reporting;

/// <summary>A row of the table of targets.</summary>
/// <param name="What">The measurement.</param>
/// <param name="MustReach">The target.</param>
/// <param name="Reached">The result.</param>
/// <param name="IsMet">Whether the result meets the target; null if it was not measured.</param>
internal sealed record Target(string What, string MustReach, string Reached, bool? IsMet)
{
    public string Verdict => IsMet switch
    {
        true => "reached",
        false => "**missed**",
        null => "not run",
    };

    public static Target NotRun(string what, string mustReach, string? reason) => new(what, mustReach, $"not run: {reason}", null);
}

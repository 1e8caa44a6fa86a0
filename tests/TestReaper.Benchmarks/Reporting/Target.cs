namespace TestReaper.Benchmarks.Reporting;

/// <summary>One row of what must be reached.</summary>
/// <param name="IsMet">Null if it was not measured.</param>
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

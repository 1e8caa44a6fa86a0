namespace TestReaper.Reaping.Release;

/// <summary>Looks once whether something is free.</summary>
internal interface IReleaseCheck
{
    string Name { get; }

    ReleaseState Look();
}

/// <param name="Verdict">What was seen.</param>
/// <param name="Detail">Who holds it, or why nothing can be said.</param>
internal readonly record struct ReleaseState(ReleaseVerdict Verdict, string? Detail = null)
{
    public static ReleaseState Released { get; } = new(ReleaseVerdict.Released);
}

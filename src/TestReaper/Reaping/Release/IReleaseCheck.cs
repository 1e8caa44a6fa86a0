namespace TestReaper.Reaping.Release;

/// <summary>Looks once whether something is free.</summary>
internal interface IReleaseCheck
{
    ReleaseResource Resource { get; }

    string Name { get; }

    ReleaseState Check();
}

/// <param name="Verdict">What was seen.</param>
/// <param name="Detail">Who holds it, or why nothing can be said.</param>
internal readonly record struct ReleaseState(ReleaseVerdict Verdict, string? Detail = null)
{
    /// <summary>Whether another check would find the same: there is nothing to wait for.</summary>
    public bool IsFinal { get; init; }

    public static ReleaseState Released { get; } = new(ReleaseVerdict.Released);
}

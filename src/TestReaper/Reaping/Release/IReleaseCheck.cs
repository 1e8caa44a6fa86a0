namespace TestReaper.Reaping.Release;

/// <summary>One release condition: checks whether a resource that the tree held is free.</summary>
/// <remarks>
/// To add a condition, add:
/// <list type="number">
/// <item>a class in this folder that implements this interface (<see cref="LockRelease"/> is the shortest example);</item>
/// <item>a value at the end of <see cref="ReleaseResource"/>, with the snapshot of the public API (CONTRIBUTING.md);</item>
/// <item>a line in <see cref="ReapPipeline"/>.ReleaseChecks, or in <see cref="ReapRequest.Checks"/> where only the server knows the
/// resource (then the sweep does not check it);</item>
/// <item>the advice for a resource that stays held, in <see cref="ReleaseAdvice"/>.</item>
/// </list>
/// <see cref="ReleaseWait"/> polls the check and measures the time, and the report lists the result. A condition with
/// a wait of its own, such as the output pipe or a GPU, is added with <see cref="ReapReportBuilder.AddReleases"/> instead.
/// </remarks>
internal interface IReleaseCheck
{
    ReleaseResource Resource { get; }

    string Name { get; }

    /// <summary>Checks once, without waiting.</summary>
    ReleaseState Check();
}

/// <summary>The answer of a check; the detail is the holder, or the reason why the check is not possible.</summary>
internal readonly record struct ReleaseState(ReleaseVerdict Verdict, string? Detail = null)
{
    /// <summary>Whether another check would give the same answer: waiting is useless.</summary>
    public bool IsFinal { get; init; } = Verdict != ReleaseVerdict.Held;

    public static ReleaseState Released { get; } = new(ReleaseVerdict.Released);
}

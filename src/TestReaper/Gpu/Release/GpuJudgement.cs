namespace TestReaper.Gpu.Release;

/// <summary>What one reading says about the release of one device.</summary>
/// <param name="Verdict">The verdict if the wait ended now.</param>
/// <param name="Detail">For messages: the holder, the reason, or a remark.</param>
internal sealed record GpuJudgement(GpuVerdict Verdict, string? Detail)
{
    /// <summary>Whether a second reading in a row with the same verdict ends the wait.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether this reading alone ends the wait.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whether the verdict fails the reap.</summary>
    public bool IsFatal { get; init; }

    /// <summary>The used memory; null if the reading has none.</summary>
    public long? Used { get; init; }

    /// <summary>The used memory at or under which the device counts as released; null if there is none.</summary>
    public long? Target { get; init; }
}

internal enum GpuVerdict
{
    Released,
    Held,
    NotVerified,
}

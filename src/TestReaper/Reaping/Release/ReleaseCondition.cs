using TestReaper.Reaping;

namespace TestReaper;

/// <summary>Something that a server held and that must be free again before the next one starts.</summary>
public sealed record ReleaseCondition
{
    /// <summary>What kind of thing it is.</summary>
    public ReleaseResource Resource { get; init; }

    /// <summary>
    /// What it is: <c>port 20123</c>, <c>lock /data/postmaster.pid</c>,
    /// <c>shared memory /dev/shm/psm_1a2b (4.0 MiB, created by pid 123 python3)</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Whether it is free.</summary>
    public required ReleaseVerdict Verdict { get; init; }

    /// <summary>Who holds it, why nothing can be said, or what is worth knowing though it was released; else null.</summary>
    public string? Detail { get; init; }

    /// <summary>How long it took, from the moment the tree was gone.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Verdict switch
    {
        ReleaseVerdict.Released or ReleaseVerdict.Held when Resource == ReleaseResource.SharedMemory => $"{Name}: {Detail ?? "released"}",
        ReleaseVerdict.Released => $"{Name}: released after {ReapReportText.Seconds(Elapsed)}{(Detail is null ? "" : $"; {Detail}")}",
        ReleaseVerdict.Held => $"{Name}: held after {ReapReportText.Seconds(Elapsed)} by {Detail}",
        _ => $"{Name}: not verified, {Detail}",
    };
}

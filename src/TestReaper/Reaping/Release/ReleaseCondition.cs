using TestReaper.Reaping;

namespace TestReaper;

/// <summary>A resource that a server held and that must be free again before the next one starts.</summary>
public sealed record ReleaseCondition
{
    /// <summary>The kind of the resource.</summary>
    public ReleaseResource Resource { get; init; }

    /// <summary>The resource: <c>port 20123</c>, <c>lock /data/postmaster.pid</c>, <c>shared memory /dev/shm/psm_1a2b (...)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is free.</summary>
    public required ReleaseVerdict Verdict { get; init; }

    /// <summary>The holder, the reason why the check was not possible, or a remark on the release; else null.</summary>
    public string? Detail { get; init; }

    /// <summary>How long it took, from the moment the tree was gone.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether it fails the reap: a held port does; a held output pipe does not, it may be that of an unrelated process.</summary>
    internal bool IsFatal { get; init; }

    /// <summary>Whether the resource itself has failed: waiting longer does not help.</summary>
    internal bool IsLost { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Verdict switch
    {
        ReleaseVerdict.Released or ReleaseVerdict.Held when Resource == ReleaseResource.SharedMemory => $"{Name}: {Detail ?? "released"}",
        ReleaseVerdict.Released => $"{Name}: released after {ReapReportText.Seconds(Elapsed)}{(Detail is null ? "" : $"; {Detail}")}",
        ReleaseVerdict.Held => $"{Name}: held after {ReapReportText.Seconds(Elapsed)} by {Detail}",
        _ => $"{Name}: not verified, {Detail}",
    };
}

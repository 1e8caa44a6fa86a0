namespace TestReaper;

/// <summary>Something that a server held and that must be free again before the next one starts.</summary>
public sealed record ReleaseCondition
{
    /// <summary>What it is: <c>port 20123</c>, <c>lock /data/postmaster.pid</c>.</summary>
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
        ReleaseVerdict.Released => $"{Name}: released after {ReapReportText.Seconds(Elapsed)}{(Detail is null ? "" : $"; {Detail}")}",
        ReleaseVerdict.Held => $"{Name}: held after {ReapReportText.Seconds(Elapsed)} by {Detail}",
        _ => $"{Name}: not verified, {Detail}",
    };
}

namespace TestReaper;

/// <summary>The answer to "is it free again?".</summary>
public enum ReleaseVerdict
{
    /// <summary>It is free.</summary>
    Released,

    /// <summary>A process still held it at the deadline.</summary>
    Held,

    /// <summary>It could not be checked; <see cref="ReleaseCondition.Detail"/> says why.</summary>
    NotVerified,
}

namespace TestReaper;

/// <summary>The answer to "is it free again?".</summary>
public enum ReleaseVerdict
{
    /// <summary>It is free.</summary>
    Released,

    /// <summary>Somebody still held it when the time was over.</summary>
    Held,

    /// <summary>It could not be looked at; <see cref="ReleaseCondition.Detail"/> says why.</summary>
    NotVerified,
}

namespace TestReaper.Platform;

/// <summary>The result of sending a signal.</summary>
internal enum SignalOutcome
{
    /// <summary>The kernel accepted it. The effect is not known.</summary>
    Sent,

    /// <summary>The process or group does not exist any more.</summary>
    Gone,

    /// <summary>The process is alive, but this user may not signal it.</summary>
    Denied,
}

namespace TestReaper.Platform;

/// <summary>What became of a signal.</summary>
internal enum SignalOutcome
{
    /// <summary>The kernel took it. That says nothing of its effect.</summary>
    Sent,

    /// <summary>There was nothing left to signal.</summary>
    Gone,

    /// <summary>The process lives but belongs to another user.</summary>
    Denied,
}

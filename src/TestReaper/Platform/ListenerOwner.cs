namespace TestReaper.Platform;

/// <summary>Whose a listening socket is.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Pid">The holder, where it is known.</param>
/// <param name="Reason">Why nothing is known; empty otherwise.</param>
internal readonly record struct ListenerOwner(ListenerKind Kind, int? Pid = null, string Reason = "");

internal enum ListenerKind
{
    /// <summary>Every listener on the address belongs to the tree.</summary>
    Tree,

    /// <summary>A process outside the tree listens there.</summary>
    Stranger,

    /// <summary>Somebody listens, but its owner cannot be read.</summary>
    Unknown,

    /// <summary>Nobody listens in this network namespace.</summary>
    Nobody,
}

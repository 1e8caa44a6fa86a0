namespace TestReaper.Platform;

/// <summary>Which process holds a listening socket.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Pid">The holder, if known.</param>
/// <param name="Reason">Why the holder is unknown; empty otherwise.</param>
internal readonly record struct ListenerHolder(ListenerKind Kind, int? Pid = null, string Reason = "");

internal enum ListenerKind
{
    /// <summary>Every listener on the address belongs to the tree.</summary>
    Tree,

    /// <summary>An unrelated process listens there.</summary>
    Unrelated,

    /// <summary>A process listens there, but which one cannot be read.</summary>
    Unknown,

    /// <summary>No process of this network namespace listens there.</summary>
    None,
}

namespace TestReaper;

/// <summary>When what happened to a server. Each time is measured from <see cref="Spawned"/>; null if it never happened.</summary>
public sealed record ServerTimeline
{
    /// <summary>When the process of the server was created, in UTC.</summary>
    public required DateTimeOffset Spawned { get; init; }

    /// <summary>When the first line of its output was read. A line without an end counts when nothing was added to it for 100 ms.</summary>
    public TimeSpan? FirstLine { get; init; }

    /// <summary>
    /// When one of its ports was first seen to be listened on, up to 0.3 s late. Ports are looked at while the start waits for readiness:
    /// null for a server that began to listen later.
    /// </summary>
    public TimeSpan? Listening { get; init; }

    /// <summary>When its readiness probe had succeeded and its listeners and GPUs were checked.</summary>
    public TimeSpan? Ready { get; init; }

    /// <summary>When its reap began.</summary>
    public TimeSpan? Stop { get; init; }

    /// <summary>When its last process was found gone.</summary>
    public TimeSpan? Gone { get; init; }

    /// <summary>When its ports, locks, shared memory and GPU memory were found released.</summary>
    public TimeSpan? Released { get; init; }
}

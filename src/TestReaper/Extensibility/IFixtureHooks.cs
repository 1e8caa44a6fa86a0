namespace TestReaper.Extensibility;

/// <summary>
/// The parts of a server fixture that its author overrides. <see cref="FixtureLifetime"/> calls them, each at most once, on the thread of
/// <see cref="FixtureLifetime.StartAsync"/> or on the thread pool.
/// </summary>
public interface IFixtureHooks
{
    /// <summary>
    /// The reason why the server cannot run on this machine, such as "no GPU"; null if it can. Read after <see cref="OnStartingAsync"/> and
    /// whenever a test asks for the server.
    /// </summary>
    string? SkipReason { get; }

    /// <summary>Runs before the server is started. May set <see cref="SkipReason"/>; nothing is started then.</summary>
    /// <param name="cancellationToken">The token that was passed to <see cref="FixtureLifetime.StartAsync"/>.</param>
    Task OnStartingAsync(CancellationToken cancellationToken);

    /// <summary>Describes the server. Not called if <see cref="SkipReason"/> is set.</summary>
    ServerProcessOptions CreateOptions();

    /// <summary>Runs when the server is ready. If it throws, the server is reaped and the start has failed.</summary>
    /// <param name="cancellationToken">The token that was passed to <see cref="FixtureLifetime.StartAsync"/>.</param>
    Task OnReadyAsync(CancellationToken cancellationToken);

    /// <summary>Runs before the server stops, in its <see cref="ReapOptions.GracePeriod"/>. Not called without a ready server.</summary>
    /// <param name="cancellationToken">Cancelled at the end of the grace period. A hook that still runs is abandoned and reported.</param>
    Task OnStoppingAsync(CancellationToken cancellationToken);

    /// <summary>Creates the exception with which the test framework marks a running test as skipped.</summary>
    /// <param name="reason">The value of <see cref="SkipReason"/>.</param>
    Exception CreateSkipException(string reason);
}

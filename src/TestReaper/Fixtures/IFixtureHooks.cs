namespace TestReaper.Fixtures;

/// <summary>What a fixture of any test framework lets its users override.</summary>
internal interface IFixtureHooks
{
    string? SkipReason { get; }

    Task OnStartingAsync(CancellationToken cancellationToken);

    ServerProcessOptions CreateOptions();

    Task OnReadyAsync(CancellationToken cancellationToken);

    Task OnStoppingAsync(CancellationToken cancellationToken);

    /// <summary>The framework's way to say that a test cannot run here.</summary>
    Exception Unavailable(string reason);
}

namespace TestReaper;

/// <summary>How <see cref="OllamaModel.EnsureAsync"/> waits, reports and loads.</summary>
public sealed record OllamaModelOptions
{
    /// <summary>
    /// How long pull and load may take together. It does not count for <see cref="ServerProcessOptions.StartupTimeout"/>. Default: 30 min.
    /// Range: more than zero, to 24 days.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The time between two lines of progress. Default: 5 s. Range: more than zero, to 24 days.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the model is loaded into memory, so that the first request of a test does not wait for it. Default: true.</summary>
    public bool Load { get; init; } = true;

    /// <summary>
    /// How long the model stays loaded after its last request (<c>keep_alive</c>). Default: null, until the server ends; Ollama's own
    /// default is 5 min. Range: more than zero, to 24 days.
    /// </summary>
    public TimeSpan? KeepAlive { get; init; }
}

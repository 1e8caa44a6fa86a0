namespace TestReaper;

/// <summary>How a model step waits and what it reports. See <see cref="ModelStore"/>.</summary>
public sealed record ModelStoreOptions
{
    /// <summary>
    /// How long the whole step may take, including the wait for other processes. It does not count for
    /// <see cref="ServerProcessOptions.StartupTimeout"/>. Default: 30 min. Range: more than zero, to 24 days.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Where the model is stored; created if needed. Default: null, <c>testreaper/models/NAME</c> below XDG_CACHE_HOME, or below
    /// <c>~/.cache</c>.
    /// </summary>
    /// <remarks>Steps for a tool with a directory of its own ignore it: that of the Hugging Face hub, and Ollama.</remarks>
    public string? Directory { get; init; }

    /// <summary>The time between two lines of progress. Default: 5 s. Range: more than zero, to 24 days.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(5);
}

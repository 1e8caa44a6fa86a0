using TestReaper.Platform;
using TestReaper.Servers.Models;

namespace TestReaper;

/// <summary>
/// Pulls and loads a model of a running Ollama server (https://github.com/ollama/ollama/blob/main/docs/api.md). Use it in the
/// <c>OnReadyAsync</c> of a fixture: a server is ready before it has a model.
/// </summary>
public static class OllamaModel
{
    /// <summary>Makes sure that the server has the model, and loads it. Pulls it if the server does not have it.</summary>
    /// <remarks>
    /// One process of this user at a time pulls into a directory of models (<c>OLLAMA_MODELS</c>); the others wait. Embedding models are
    /// loaded as well.
    /// </remarks>
    /// <param name="server">A ready server.</param>
    /// <param name="model">The model, such as <c>qwen3:0.6b</c>.</param>
    /// <param name="options">Clock, progress and load; null for the defaults.</param>
    /// <param name="logger">Gets the lines of progress; null for the logger of the fixture, if one is starting.</param>
    /// <param name="cancellationToken">Cancels the step. Ollama keeps what it has pulled.</param>
    /// <returns>Whether this call pulled the model; false if the server had it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> or <paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="model"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time span in the options is out of its range.</exception>
    /// <exception cref="InvalidOperationException">No address of the server is known.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="OllamaModelOptions.Timeout"/>.</exception>
    /// <exception cref="ModelFetchException">
    /// The server refused or has exited; the message has its answer. Or this user may not use the directory of the lock.
    /// </exception>
    /// <exception cref="IOException">The lock cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The step was cancelled.</exception>
    public static async Task<bool> EnsureAsync(
        ServerProcess server,
        string model,
        OllamaModelOptions? options = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        options ??= new OllamaModelOptions();
        ModelClock.Check(options.Timeout, options.ProgressInterval);
        if (options.KeepAlive is { } keepAlive)
        {
            Durations.RequireFinite(keepAlive, nameof(options.KeepAlive), allowZero: false);
        }

        using var step = new OllamaStep(server, model, options, ModelLog.Find(logger));
        return await step.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}

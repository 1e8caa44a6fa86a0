using System.Text.Json;
using System.Text.Json.Nodes;
using TestReaper.Reaping;

namespace TestReaper.Servers.Models;

/// <summary>Shows, pulls and loads a model of an Ollama server.</summary>
/// <remarks>
/// The calls, from ollama/ollama docs/api.md and server/routes.go: /api/show answers 404 for a model that is not there. /api/pull answers
/// with one JSON object a line; the last one has the status "success", and a failure is a line with "error", under the status 200.
/// /api/generate without a prompt loads a model; for an embedding model it answers 400, and /api/embed with an empty input loads it.
/// </remarks>
internal sealed class OllamaStep(ServerProcess server, string model, OllamaModelOptions options, ILogger logger)
    : IDisposable
{
    private readonly OllamaClient _client = new(server, model);
    private readonly PullState _pull = new();
    private string _step = "the server has not said whether it has the model";

    /// <returns>Whether the model was pulled; false if the server had it.</returns>
    public Task<bool> RunAsync(CancellationToken cancellationToken) =>
        ModelClock.RunAsync(options.Timeout, EnsureAsync, ExplainTimeout, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task<bool> EnsureAsync(CancellationToken limit)
    {
        var isPulled = !await HasModelAsync(limit).ConfigureAwait(false) && await PullUnderLockAsync(limit).ConfigureAwait(false);
        if (options.Load)
        {
            _step = "the server has not loaded it";
            await Progress("Loading").WhileAsync(() => LoadAsync(limit), static () => null, LastLine).ConfigureAwait(false);
        }

        return isPulled;
    }

    private async Task<bool> PullUnderLockAsync(CancellationToken limit)
    {
        _step = "another process pulls into the same directory";
        var key = new ModelKey(model, ModelDirectories.Ollama(new ToolEnvironment(server.Options)));
        using var hold = await ModelLock.AcquireAsync(key, options.ProgressInterval, logger, limit).ConfigureAwait(false);
        if (await HasModelAsync(limit).ConfigureAwait(false))
        {
            return false;
        }

        _step = "the pull has not ended";
        await Progress("Pulling").WhileAsync(() => PullAsync(limit), () => _pull.Completed, () => _pull.Status).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> HasModelAsync(CancellationToken limit)
    {
        using var answer = await _client.PostAsync("api/show", Body(), limit).ConfigureAwait(false);
        return answer.StatusCode != HttpStatusCode.NotFound && await _client.RequireSuccessAsync(answer, limit).ConfigureAwait(false);
    }

    private async Task PullAsync(CancellationToken limit)
    {
        using var answer = await _client.PostAsync("api/pull", Body(), limit).ConfigureAwait(false);
        await _client.RequireSuccessAsync(answer, limit).ConfigureAwait(false);
        await foreach (var line in _client.ReadLinesAsync(answer, limit).ConfigureAwait(false))
        {
            if (_pull.Add(line) is { } error)
            {
                throw _client.Failed($"the pull failed: {error}");
            }
        }

        if (!_pull.HasSucceeded)
        {
            await _client.WaitForExitAsync(limit).ConfigureAwait(false);
            throw _client.Failed($"the pull ended before its success; its last status was: {_pull.Status ?? "none"}");
        }
    }

    private async Task LoadAsync(CancellationToken limit)
    {
        var body = Body();
        body["stream"] = false;
        body["keep_alive"] = options.KeepAlive is { } time ? (long)Math.Max(1, time.TotalSeconds) : -1;
        using var answer = await _client.PostAsync("api/generate", body, limit).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.BadRequest)
        {
            await _client.RequireSuccessAsync(answer, limit).ConfigureAwait(false);
            return;
        }

        body["input"] = "";
        using var embedding = await _client.PostAsync("api/embed", body, limit).ConfigureAwait(false);

        // If neither loads it, the first answer has the reason.
        await _client.RequireSuccessAsync(embedding.IsSuccessStatusCode ? embedding : answer, limit).ConfigureAwait(false);
    }

    private string? LastLine() => server.Output.Tail is [.., var last] ? last : null;

    private JsonObject Body() => new() { ["model"] = model };

    private ModelProgress Progress(string what) =>
        new($"{what} {model}", server.BaseAddress.ToString(), options.ProgressInterval, options.Timeout, logger);

    private string ExplainTimeout() =>
        $"{model} is not ready after {ReapReportText.Seconds(options.Timeout)}: {_step}. " +
        $"The last status of the pull is: {_pull.Status ?? "none"}. Raise OllamaModelOptions.Timeout, or pull the model before the tests.";

    /// <summary>What the lines of a pull say. One thread adds, another one reads.</summary>
    private sealed class PullState
    {
        private readonly Dictionary<string, long> _layers = [];
        private long _completed;
        private volatile string? _status;

        public long Completed => Volatile.Read(ref _completed);

        public string? Status => _status;

        public bool HasSucceeded => _status == "success";

        /// <returns>The error in the line; null if it has none.</returns>
        public string? Add(string line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                if (root.TryGetProperty("error", out var error))
                {
                    return error.ToString();
                }

                _status = root.TryGetProperty("status", out var status) ? status.ToString() : _status;
                if (root.TryGetProperty("digest", out var digest) && root.TryGetProperty("completed", out var completed))
                {
                    _layers[digest.ToString()] = completed.GetInt64();
                    Volatile.Write(ref _completed, _layers.Values.Sum());
                }

                return null;
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
            {
                return $"'{line}' is not what Ollama answers";
            }
        }
    }
}

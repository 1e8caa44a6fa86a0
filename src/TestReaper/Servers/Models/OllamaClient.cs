using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TestReaper.Servers.Models;

/// <summary>The requests to an Ollama server. Each failure says what the server answered, and whether it has exited.</summary>
internal sealed class OllamaClient(ServerProcess server, string model) : IDisposable
{
    private const int TailLines = 20, ExitChecks = 20;
    private static readonly TimeSpan ExitCheck = TimeSpan.FromMilliseconds(50);

    // The step has a clock of its own. A proxy of the environment does not know the server.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = server.BaseAddress,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <exception cref="ModelFetchException">The server did not answer.</exception>
    public async Task<HttpResponseMessage> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException error)
        {
            await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw Failed($"POST /{path} was not answered: {error.Message}", error);
        }
    }

    /// <returns>True.</returns>
    /// <exception cref="ModelFetchException">The status is not a success; the message has the server's reason.</exception>
    public async Task<bool> RequireSuccessAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return true;
        }

        var lines = new List<string>();
        await foreach (var line in ReadLinesAsync(answer, cancellationToken).ConfigureAwait(false))
        {
            lines.Add(line);
        }

        var text = string.Join('\n', lines);
        throw Failed($"{answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode}: {Reason(text)}");
    }

    /// <exception cref="ModelFetchException">The answer ended early.</exception>
    public async IAsyncEnumerable<string> ReadLinesAsync(
        HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await ReadLineAsync(reader, cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    public ModelFetchException Failed(string reason, Exception? error = null)
    {
        string[] tail = [.. server.Output.Tail.TakeLast(TailLines)];
        var exit = server.HasExited ? $" The server has exited with code {server.ExitCode?.ToString(CultureInfo.InvariantCulture)}." : "";
        var output = string.Concat(tail.Select(line => $"{Environment.NewLine}  {line}"));
        return new ModelFetchException(
            $"{model} cannot be used: {server.Secrets.Mask(reason).TrimEnd('.')}.{exit} The server's last output:" +
            (tail.Length > 0 ? output : " none"),
            model,
            error)
        {
            OutputTail = tail,
        };
    }

    /// <summary>
    /// After a broken connection: the connections of a server that exits are closed before the exit is visible and its output is read.
    /// </summary>
    public async Task WaitForExitAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < ExitChecks && !server.HasExited; i++)
        {
            await Task.Delay(ExitCheck, cancellationToken).ConfigureAwait(false);
        }

        await Task.Delay(ExitCheck, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            await WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw Failed($"the answer ended early: {error.Message}", error);
        }
    }

    private static string Reason(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : body;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return body;
        }
    }
}

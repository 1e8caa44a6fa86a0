using System.Security.Authentication;
using TestReaper.Reaping;
using TestReaper.Secrets;

namespace TestReaper.Servers.Probes;

/// <summary>Sends a request until its answer is a success, or several in a row are.</summary>
/// <param name="path">Below the server's address.</param>
/// <param name="options">Already checked.</param>
/// <param name="completion">Whether the answer must be that to a completion request.</param>
internal sealed class HttpProbe(string path, HttpProbeOptions options, bool completion = false) : INetworkProbe
{
    private static readonly TimeSpan SuccessPause = TimeSpan.FromMilliseconds(100);
    private readonly SecretMask _mask = SecretMask.For([], HeaderSecrets.Find(options.Headers));

    public HttpProbeOptions Options => options;

    public IEnumerable<KeyValuePair<string, string>> Secrets => HeaderSecrets.Find(options.Headers);

    public string Description => _mask.Mask($"{options.Method} {path}");

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var mask = server.Secrets.With(_mask);
        for (var successes = 0; ;)
        {
            var answer = await RequestAsync(new Uri(server.BaseAddress, path), mask, cancellationToken).ConfigureAwait(false);
            if (!answer.IsReady)
            {
                return successes == 0 ? answer
                    : answer with { Detail = $"{answer.Detail}, after {successes} of {options.SuccessesInARow} successes in a row" };
            }

            if (++successes >= options.SuccessesInARow)
            {
                return answer;
            }

            await Task.Delay(SuccessPause, cancellationToken).ConfigureAwait(false);
        }
    }

    // Overlapping requests of another method could each change the server.
    private Task<ReadinessResult> RequestAsync(Uri address, SecretMask mask, CancellationToken cancellationToken) =>
        options.Method == HttpMethod.Get || options.Method == HttpMethod.Head || options.Method == HttpMethod.Options
            ? new OverlappingRequests(token => LimitAsync(address, mask, token)).RunAsync(cancellationToken)
            : LimitAsync(address, mask, cancellationToken);

    private async Task<ReadinessResult> LimitAsync(Uri address, SecretMask mask, CancellationToken cancellationToken)
    {
        if (options.RequestTimeout is not { } timeout)
        {
            return await AskAsync(address, mask, cancellationToken).ConfigureAwait(false);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await AskAsync(address, mask, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReadinessResult(false, $"no answer within RequestTimeout ({ReapReportText.Seconds(timeout)})");
        }
    }

    private async Task<ReadinessResult> AskAsync(Uri address, SecretMask mask, CancellationToken cancellationToken)
    {
        try
        {
            using var request = CreateRequest(address);
            using var response = await ProbeHttpClient.For(options)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var status = $"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
            if (!IsExpected(response))
            {
                var text = await HttpAnswer.DescribeAsync(response, mask, cancellationToken).ConfigureAwait(false);
                return new ReadinessResult(false, status + text)
                {
                    Advice = HttpAdvice.Find(response.StatusCode, options.Headers, completion),
                };
            }

            var problem = completion
                ? await CompletionAnswer.FindProblemAsync(response.Content, mask, cancellationToken).ConfigureAwait(false)
                : null;
            return new ReadinessResult(problem is null, problem is null ? status : $"{status}, but {problem}");
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException untrusted && !options.AcceptAnyCertificate)
        {
            var remedy = ReferenceEquals(options, HttpProbeOptions.Default)
                ? $"use Readiness.Http(\"{path}\", acceptAnyCertificate: true)"
                : $"set {nameof(HttpProbeOptions)}.{nameof(HttpProbeOptions.AcceptAnyCertificate)}";
            return new ReadinessResult(false, mask.Mask($"{untrusted.Message} For a self-signed certificate {remedy}."));
        }
    }

    private bool IsExpected(HttpResponseMessage response) => options.ExpectedStatusCodes.Count == 0
        ? response.IsSuccessStatusCode
        : options.ExpectedStatusCodes.Contains((int)response.StatusCode);

    private HttpRequestMessage CreateRequest(Uri address)
    {
        var request = new HttpRequestMessage(options.Method, address);
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (options.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", options.ContentType);
        }

        return request;
    }
}

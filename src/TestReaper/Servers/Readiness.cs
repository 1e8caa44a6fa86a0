using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using TestReaper.Servers.Probes;

namespace TestReaper;

/// <summary>The usual readiness probes.</summary>
public static class Readiness
{
    // A slow match would block the reading of the output.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Ready as soon as the process is up: for servers that need no waiting, and the default.</summary>
    public static IReadinessProbe ProcessUp { get; } = new CustomProbe("the process is up", (_, _) => Task.FromResult(true));

    /// <summary>
    /// Ready when <c>GET path</c> below <see cref="ServerProcess.BaseAddress"/> answers with a 2xx status. A request has no timeout but
    /// <see cref="ServerProcessOptions.StartupTimeout"/>; while it has no answer, another one is sent after 2 s, then after 4 and every
    /// 5 s, and the first success counts. No proxy is used, and no redirect is followed.
    /// </summary>
    /// <param name="path">Such as <c>/health</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static IReadinessProbe Http(string path) => Http(path, acceptAnyCertificate: false);

    /// <inheritdoc cref="Http(string)"/>
    /// <param name="path">Such as <c>/health</c>.</param>
    /// <param name="headers">As <see cref="HttpProbeOptions.Headers"/>, such as Authorization.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> or a header is unusable.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is null.</exception>
    public static IReadinessProbe Http(string path, IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Http(path, new HttpProbeOptions { Headers = headers });
    }

    /// <summary>
    /// Ready when a request to <paramref name="path"/> below <see cref="ServerProcess.BaseAddress"/> is answered as expected, by default
    /// with a 2xx status. While a GET, HEAD or OPTIONS request has no answer, another one is sent after 2 s, then after 4 and every 5 s,
    /// and the first success counts. No proxy is used, and no redirect is followed.
    /// </summary>
    /// <param name="path">Such as <c>/health</c>. It cannot be the address of another server.</param>
    /// <param name="options">What is sent, and which answers count.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> or a value of the options is unusable.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public static IReadinessProbe Http(string path, HttpProbeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HttpProbeOptionsCheck.RequirePath(path);
        return new HttpProbe(path, options.Checked());
    }

    /// <summary>
    /// Ready when a server with the API of OpenAI has generated one token. It sends <c>POST /v1/completions</c> with
    /// <c>{"model":MODEL,"prompt":"Hi","max_tokens":1,"stream":false}</c> and expects a 2xx status and a JSON object with at least one
    /// element in <c>choices</c>. vLLM, sglang, llama.cpp, Ollama, TGI, TensorRT-LLM and LMDeploy have this API. The next request is sent
    /// after the answer to the last one.
    /// </summary>
    /// <param name="model">The name under which the server has the model.</param>
    /// <param name="options">
    /// Headers, timeout, certificate and successes; null for the defaults. Method, Body, ContentType and ExpectedStatusCodes are set by
    /// this probe and must have their defaults.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="model"/> is empty, or a value of the options is unusable.</exception>
    public static IReadinessProbe Completion(string model, HttpProbeOptions? options = null) =>
        Completion("/v1/completions", model, isChat: false, options);

    /// <summary>
    /// The same as <see cref="Completion(string, HttpProbeOptions)"/> for models and servers that have chats only. It sends
    /// <c>POST /v1/chat/completions</c> with
    /// <c>{"model":MODEL,"messages":[{"role":"user","content":"Hi"}],"max_tokens":1,"stream":false}</c>.
    /// </summary>
    /// <inheritdoc cref="Completion(string, HttpProbeOptions)" path="/param|/exception"/>
    public static IReadinessProbe ChatCompletion(string model, HttpProbeOptions? options = null) =>
        Completion("/v1/chat/completions", model, isChat: true, options);

    /// <inheritdoc cref="Http(string)"/>
    /// <param name="path">Such as <c>/health</c>.</param>
    /// <param name="acceptAnyCertificate">
    /// Whether any certificate of an https endpoint is accepted: self-signed, expired or of another host. This concerns the probe only;
    /// the client of the test needs its own setting.
    /// </param>
    public static IReadinessProbe Http(string path, bool acceptAnyCertificate)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new HttpProbe(path, acceptAnyCertificate ? HttpProbeOptions.Lenient : HttpProbeOptions.Default);
    }

    /// <summary>Ready when a connection to the server's <see cref="ServerProcess.Port"/> is accepted.</summary>
    public static IReadinessProbe TcpPort() => new TcpPortProbe();

    /// <summary>Ready when a connection to a unix socket is accepted.</summary>
    /// <param name="path">
    /// The socket's path; at most 107 bytes on Linux, also after the replacement of <c>{tmp}</c>, which stands for
    /// <see cref="ServerProcess.TempDirectory"/>, and of <c>{files}</c>, which stands for <see cref="ServerProcess.FilesDirectory"/>.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty or too long.</exception>
    public static IReadinessProbe UnixSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _ = new UnixDomainSocketEndPoint(path);
        return new UnixSocketProbe(path);
    }

    /// <summary>
    /// Ready when the server writes a line that matches. The pattern sees the line as it was written, before it is masked; a group named
    /// <c>port</c> sets <see cref="ServerProcess.Port"/>. An unfinished line counts once nothing is added to it for a while.
    /// </summary>
    /// <param name="pattern">A regular expression, such as <c>listening on port (?&lt;port&gt;\d+)</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is empty or not a regular expression.</exception>
    public static IReadinessProbe OutputLine(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return OutputLine(new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout));
    }

    /// <inheritdoc cref="OutputLine(string)"/>
    /// <remarks>A pattern without a match timeout gets one of 1 s: a line on which it takes longer counts as no match.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="pattern"/> is null.</exception>
    public static IReadinessProbe OutputLine(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new OutputLineProbe(pattern.MatchTimeout == Regex.InfiniteMatchTimeout
            ? new Regex(pattern.ToString(), pattern.Options, MatchTimeout)
            : pattern);
    }

    /// <summary>Ready when all probes are. They are asked in order, and one that was ready is not asked again.</summary>
    /// <param name="probes">One or more.</param>
    /// <exception cref="ArgumentException"><paramref name="probes"/> is empty or holds null.</exception>
    public static IReadinessProbe All(params IReadinessProbe[] probes) => new AllProbe(Checked(probes, nameof(All)));

    /// <summary>
    /// Ready when one of the probes is, such as a line of one version of a server or a path of another. All are asked at the same time,
    /// so that one without an answer does not delay the others; the first success cancels the others.
    /// </summary>
    /// <param name="probes">One or more.</param>
    /// <exception cref="ArgumentException"><paramref name="probes"/> is empty or holds null.</exception>
    public static IReadinessProbe Any(params IReadinessProbe[] probes) => new AnyProbe(Checked(probes, nameof(Any)));

    /// <summary>Ready when <paramref name="isReady"/> returns true.</summary>
    /// <param name="description">What is asked, for messages.</param>
    /// <param name="isReady">Asked repeatedly. An exception counts as not ready, and its message is shown.</param>
    /// <exception cref="ArgumentException"><paramref name="description"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="isReady"/> is null.</exception>
    [OverloadResolutionPriority(1)] // A lambda that only throws fits both overloads.
    public static IReadinessProbe Custom(string description, Func<ServerProcess, CancellationToken, Task<bool>> isReady)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(isReady);
        return new CustomProbe(description, isReady);
    }

    /// <summary>Ready when <paramref name="ask"/> returns a result that is; its detail is shown as the last answer otherwise.</summary>
    /// <param name="description">What is asked, for messages.</param>
    /// <param name="ask">Asked repeatedly. An exception counts as not ready, and its message is shown.</param>
    /// <exception cref="ArgumentException"><paramref name="description"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="ask"/> is null.</exception>
    public static IReadinessProbe Custom(string description, Func<ServerProcess, CancellationToken, Task<ReadinessResult>> ask)
    {
        ArgumentException.ThrowIfNullOrEmpty(description);
        ArgumentNullException.ThrowIfNull(ask);
        return new CustomProbe(description, ask);
    }

    private static HttpProbe Completion(string path, string model, bool isChat, HttpProbeOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        var (given, standard) = (options ?? HttpProbeOptions.Default, HttpProbeOptions.Default);
        if (given.Method != standard.Method || given.Body is not null || given.ContentType != standard.ContentType
            || given.ExpectedStatusCodes is not { Count: 0 })
        {
            throw new ArgumentException(
                "A completion probe sets Method, Body, ContentType and ExpectedStatusCodes. Leave them out, or use Readiness.Http.",
                nameof(options));
        }

        var complete = given with { Method = HttpMethod.Post, Body = CompletionAnswer.Body(model, isChat) };
        return new HttpProbe(path, complete.Checked(), completion: true);
    }

    private static IReadinessProbe[] Checked(IReadinessProbe[] probes, string method)
    {
        ArgumentNullException.ThrowIfNull(probes);
        return probes.Length > 0 && !probes.Contains(null) ? [.. probes]
            : throw new ArgumentException($"{method} needs one probe or more, and none of them null.", nameof(probes));
    }
}

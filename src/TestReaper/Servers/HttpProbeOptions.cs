using TestReaper.Servers.Probes;

namespace TestReaper;

/// <summary>What <see cref="Readiness.Http(string, HttpProbeOptions)"/> sends, and which answers count.</summary>
/// <remarks>
/// No redirect is followed: a status of 3xx is an answer like any other, so a key in <see cref="Headers"/> reaches no other server. No
/// proxy and no cookies of earlier answers are used.
/// </remarks>
public sealed record HttpProbeOptions
{
    /// <summary>
    /// The method. Default: GET. Range: any but CONNECT. A request of a method other than GET, HEAD and OPTIONS may change the server, so
    /// the next one is sent only after the answer to the last one, or after <see cref="RequestTimeout"/>.
    /// </summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>
    /// The headers by name. Default: none. Range: values of printable ASCII characters; the headers of the body, such as Content-Type,
    /// are not allowed. The value of a header whose name is that of a secret, such as Authorization, X-Api-Key and Cookie, is shown as
    /// <c>***</c> in all logs and messages, and in the output of the server.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body, sent as UTF-8. Default: null, none. Range: null with the methods GET and HEAD. It is never shown.</summary>
    public string? Body { get; init; }

    /// <summary>The media type of <see cref="Body"/>. Default: <c>application/json</c>. Range: a media type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The status codes that count as success. Default: empty, 200 to 299. Range: 200 to 599 each.</summary>
    public IReadOnlyList<int> ExpectedStatusCodes { get; init; } = [];

    /// <summary>
    /// How long one request may take. Default: null, as long as the start (<see cref="ServerProcessOptions.StartupTimeout"/>). Range: more
    /// than zero, at most 24 days. Some servers take long to answer: <c>/health</c> of sglang generates a token, which takes 1 to 20 s.
    /// </summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>
    /// How many successes in a row are needed, with a pause of 100 ms between two of them. Default: 1. Range: 1 to 1000. Any other answer
    /// starts the count again.
    /// </summary>
    public int SuccessesInARow { get; init; } = 1;

    /// <summary>
    /// Whether any certificate of an https endpoint is accepted: self-signed, expired or of another host. Default: false. This concerns
    /// the probe only; the client of the test needs its own setting.
    /// </summary>
    public bool AcceptAnyCertificate { get; init; }

    /// <summary>What <see cref="Readiness.Http(string)"/> uses.</summary>
    internal static HttpProbeOptions Default { get; } = new();

    /// <summary>The same for any certificate.</summary>
    internal static HttpProbeOptions Lenient { get; } = new() { AcceptAnyCertificate = true };

    /// <summary>The method and the names of the headers. Values and the body may be secret and are left out.</summary>
    public override string ToString() =>
        $"{Method}{(Headers is { Count: > 0 } ? $" with {string.Join(", ", Headers.Keys.Order(StringComparer.Ordinal))}" : "")}";

    /// <summary>The same with headers that later changes of the caller's dictionary don't affect.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal HttpProbeOptions Checked()
    {
        HttpProbeOptionsCheck.Run(this);
        return this with { Headers = new Dictionary<string, string>(Headers), ExpectedStatusCodes = [.. ExpectedStatusCodes] };
    }
}

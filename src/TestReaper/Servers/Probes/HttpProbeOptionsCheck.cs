using System.Buffers;
using System.Net.Http.Headers;
using TestReaper.Platform;

namespace TestReaper.Servers.Probes;

/// <summary>Refuses unusable values when a probe is created. No message contains the value of a header.</summary>
internal static class HttpProbeOptionsCheck
{
    private const int MostSuccesses = 1000;

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public static void Run(HttpProbeOptions options)
    {
        if (FindProblem(options) is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        Durations.RequireFinite(options.RequestTimeout ?? TimeSpan.FromSeconds(1), nameof(options.RequestTimeout), allowZero: false);
    }

    /// <summary>A path that names another server would send it the headers, and its answer would say nothing about this one.</summary>
    /// <exception cref="ArgumentException">The path is empty or the address of a server.</exception>
    public static void RequirePath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var server = new Uri("http://server.invalid/");
        if (!Uri.TryCreate(server, path, out var address) || address.Authority != server.Authority || address.Scheme != server.Scheme)
        {
            throw new ArgumentException(
                "The path must be one of the server itself, such as \"/health\". For the address of a server set Endpoint or AttachTo.",
                nameof(path));
        }
    }

    private static string? FindProblem(HttpProbeOptions options) => options switch
    {
        { Method: null } or { Headers: null } or { ExpectedStatusCodes: null } =>
            "Method, Headers and ExpectedStatusCodes cannot be null. Leave them out for the defaults.",
        _ when options.Method == HttpMethod.Connect => "Method cannot be CONNECT, which asks for a tunnel and not for a resource.",
        { Body: not null } when options.Method == HttpMethod.Get || options.Method == HttpMethod.Head =>
            $"A {options.Method} request has no body. Set Method to the one that the server expects with this body, such as POST.",
        _ when !MediaTypeHeaderValue.TryParse(options.ContentType, out _) =>
            $"ContentType '{options.ContentType}' is not a media type such as application/json.",
        _ when options.ExpectedStatusCodes.Where(code => code is < 200 or > 599).Cast<int?>().FirstOrDefault() is { } code =>
            $"ExpectedStatusCodes has {code}. A final status of HTTP is 200 to 599.",
        { SuccessesInARow: < 1 or > MostSuccesses } => $"SuccessesInARow is {options.SuccessesInARow}. Use 1 to {MostSuccesses}.",
        _ => options.Headers.Select(FindProblemOfHeader).FirstOrDefault(problem => problem is not null),
    };

    private static string? FindProblemOfHeader(KeyValuePair<string, string> header)
    {
        var (name, value) = header;
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
        {
            return "A header has an unusable name. Use letters, digits and hyphens, without spaces and without a colon.";
        }

        if (value is null || value.Any(character => character is not '\t' and (< ' ' or > '~')))
        {
            return $"The value of the header {name} is null or has a character that HTTP does not allow: a line end at the end of a key " +
                "that was read from a file, or one beyond ASCII. Trim or encode it.";
        }

        using var request = new HttpRequestMessage();
        return request.Headers.TryAddWithoutValidation(name, value) ? null
            : $"The header {name} belongs to the body and is set with it. For the media type use ContentType.";
    }
}

using System.Net.Security;
using System.Security.Authentication;

namespace TestReaper.Servers.Probes;

/// <summary>Sends a GET without a timeout of its own: a request may take as long as the start of the server.</summary>
internal sealed class HttpProbe(string path, bool acceptAnyCertificate = false) : INetworkProbe
{
    private static readonly HttpClient Strict = CreateClient(new SslClientAuthenticationOptions());

    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation",
        Justification = "The caller has asked for it, for a server of its own.")]
    private static readonly HttpClient Lenient =
        CreateClient(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });

    public string Description => $"GET {path}";

    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var address = new Uri(server.BaseAddress, path);
        return new OverlappingRequests(token => AskAsync(address, token)).RunAsync(cancellationToken);
    }

    private async Task<ReadinessResult> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            var client = acceptAnyCertificate ? Lenient : Strict;
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return new ReadinessResult(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException untrusted && !acceptAnyCertificate)
        {
            return new ReadinessResult(
                false, $"{untrusted.Message} For a self-signed certificate use Readiness.Http(\"{path}\", acceptAnyCertificate: true).");
        }
    }

    // No proxy from the environment, no redirect to another server, and no kept connection that would outlive a restart.
    private static HttpClient CreateClient(SslClientAuthenticationOptions options) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = options,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}

using System.Net.Security;

namespace TestReaper.Servers.Probes;

/// <summary>
/// The two HTTP clients of all probes: no proxy from the environment, no redirect to another server, no cookies that another server has
/// set, and no kept connection that would outlive a restart. Each request has its own token, so the clients have no timeout.
/// </summary>
internal static class ProbeHttpClient
{
    private static readonly HttpClient Strict = Create(new SslClientAuthenticationOptions());

    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation",
        Justification = "The caller has asked for it, for a server of its own.")]
    private static readonly HttpClient Lenient =
        Create(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true });

    public static HttpClient For(HttpProbeOptions options) => options.AcceptAnyCertificate ? Lenient : Strict;

    private static HttpClient Create(SslClientAuthenticationOptions options) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = options,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}

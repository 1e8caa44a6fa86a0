using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class HttpProbeTests : StartingServers
{
    [SkippableFact(Timeout = 60_000)]
    public async Task A_request_may_take_longer_than_ten_seconds()
    {
        await using var server = await StartAsync(Python("def handle(n, p): time.sleep(11); return 200, {}\nserve()") with
        { StartupTimeout = TimeSpan.FromSeconds(50) });

        Assert.False(server.HasExited);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_first_request_that_is_never_answered_does_not_block_the_start()
    {
        await using var server = await StartAsync(Python("def handle(n, p):\n  if n == 1: time.sleep(1000)\n  return 200, {}\nserve()"));

        Assert.False(server.HasExited);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_exit_ends_a_request_that_has_no_answer()
    {
        var failure = await FailAsync(Python("import os\ndef handle(n, p): time.sleep(.3); os._exit(6)\nserve()"));

        Assert.Equal(6, failure.ExitCode);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        var failure = await FailAsync(
            Python("def handle(n, p): return (200, {}) if p == '/other' else (302, {'Location': '/other'})\nserve()") with
            {
                StartupTimeout = TimeSpan.FromSeconds(2),
            });

        Contains("the last answer was: 302 Found", failure.Message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_self_signed_certificate_is_refused_with_advice_how_to_accept_it()
    {
        var failure = await FailAsync(await SecureAsync() with { StartupTimeout = TimeSpan.FromSeconds(3) });

        Contains("For a self-signed certificate use Readiness.Http(\"/health\", acceptAnyCertificate: true).", failure.Message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_self_signed_certificate_is_accepted_on_request()
    {
        await using var server =
            await StartAsync(await SecureAsync() with { Readiness = Readiness.Http("/health", acceptAnyCertificate: true) });

        Assert.Equal("https", server.BaseAddress.Scheme);
        Assert.Empty(Log.Warnings);
    }

    private ServerProcessOptions Python(string script, params string[] arguments) =>
        Program(PythonServer.Path, PythonServer.Arguments(script, arguments)) with { Readiness = Readiness.Http("/health") };

    private async Task<ServerProcessOptions> SecureAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nowhere.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        var file = FilePath("certificate");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        const string Script = """
            def handle(n, p): return 200, {}
            def wrap(s):
                c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[2]); return c.wrap_socket(s, server_side=True)
            serve(wrap=wrap)
            """;
        return Python(Script, file) with { Endpoint = new Uri("https://127.0.0.1:0/") };
    }
}

using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>What a probe with options sends, and which answers count.</summary>
public sealed class HttpProbeOptionsTests : PythonServers
{
    [SkippableFact(Timeout = 30_000)]
    public async Task A_header_is_sent()
    {
        const string Body = "return (200 if r.headers.get('X-Purpose') == 'a test' else 400), {}";
        await using var server = await StartAsync(Handle(Body, Readiness.Http("/health", headers: Header("X-Purpose", "a test"))));

        // Positive control: without it the server refuses.
        Contains("400 Bad Request: ok", await FailAsync(Body, Readiness.Http("/health")));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Later_changes_of_the_dictionary_do_not_change_the_probe()
    {
        var headers = Header("X-Purpose", "a test");
        var probe = Readiness.Http("/health", headers);
        headers.Clear();

        await using var server = await StartAsync(Handle("return (200 if 'X-Purpose' in r.headers else 400), {}", probe));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Method_body_and_content_type_are_sent()
    {
        var probe = Readiness.Http("/load", new HttpProbeOptions
        {
            Method = HttpMethod.Post,
            Body = "größe=1",
            ContentType = "application/x-www-form-urlencoded",
        });

        await using var server = await StartAsync(Handle("print(r.command, p, r.headers['Content-Type'], r.body); return 200, {}", probe));

        await Poll.UntilAsync(() => server.Output.Tail.Count > 0, "the request");
        Assert.Equal(["POST /load application/x-www-form-urlencoded größe=1"], server.Output.Tail);
        Assert.Equal("POST /load", probe.Description);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_expected_status_counts_and_others_do_not()
    {
        var probe = Readiness.Http("/", new HttpProbeOptions { ExpectedStatusCodes = [401] });
        await using var server = await StartAsync(Handle("return 401, {}", probe));

        Contains("the last answer was: 200 OK: ok", await FailAsync("return 200, {}", probe));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_redirect_counts_if_its_status_is_expected()
    {
        var probe = Readiness.Http("/", new HttpProbeOptions { ExpectedStatusCodes = [302] });

        await using var server = await StartAsync(Handle("print(p); return 302, {'Location': '/other'}", probe));

        await Poll.UntilAsync(() => server.Output.Tail.Count > 0, "the request");
        Assert.Equal(["/"], server.Output.Tail);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_request_ends_with_its_own_timeout()
    {
        var probe = Readiness.Http("/", new HttpProbeOptions { Method = HttpMethod.Post, RequestTimeout = TimeSpan.FromSeconds(1) });

        // The second request is answered: without a timeout the first one would block the start.
        await using var server = await StartAsync(Handle("\n  if n == 1: time.sleep(1000)\n  return 200, {}", probe));
        Contains("the last answer was: no answer within RequestTimeout (1.0 s)", await FailAsync("time.sleep(1000)", probe));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_request_that_may_change_the_server_is_not_repeated_while_it_has_no_answer()
    {
        var probe = Readiness.Http("/", new HttpProbeOptions { Method = HttpMethod.Post });

        await using var server = await StartAsync(Handle("print(n); time.sleep(5); return 200, {}", probe));

        Assert.Equal(["1"], server.Output.Tail);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Several_successes_in_a_row_are_needed_on_request()
    {
        var probe = Readiness.Http("/", new HttpProbeOptions { SuccessesInARow = 3 });

        // Two successes, one failure, and then three successes.
        await using var server = await StartAsync(Handle("print(n); return (503 if n == 3 else 200), {}", probe));

        await Poll.UntilAsync(() => server.Output.Tail.Count >= 6, "the sixth request");
        Assert.Equal(["1", "2", "3", "4", "5", "6"], server.Output.Tail);
        Contains(
            "503 Service Unavailable: ok, after 1 of 3 successes in a row", await FailAsync("return (200 if n % 2 else 503), {}", probe));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task No_cookie_of_an_earlier_answer_is_sent()
    {
        await using var server = await StartAsync(Handle(
            "print(r.headers.get('Cookie')); return (503 if n == 1 else 200), {'Set-Cookie': 'a=1'}", Readiness.Http("/")));

        await Poll.UntilAsync(() => server.Output.Tail.Count >= 2, "two requests");
        Assert.Equal(["None", "None"], server.Output.Tail);
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task The_cancellation_of_a_start_ends_its_requests(string method)
    {
        // The server that waits for the end of the connection runs outside of the start.
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var cancelled = new CancellationTokenSource();
        var starting = ServerProcess.StartAsync(
            new ServerProcessOptions
            {
                FileName = "attached",
                AttachTo = new Uri($"http://{listener.LocalEndpoint}/"),
                Readiness = Readiness.Any(
                    Readiness.OutputLine("never"), Readiness.Http("/", new HttpProbeOptions { Method = new HttpMethod(method) })),
            },
            Log,
            cancelled.Token);
        using var connection = await listener.AcceptTcpClientAsync(CancellationToken.None);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        var start = Stopwatch.GetTimestamp();
        using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        try
        {
            while (await reader.ReadLineAsync() is not null)
            {
            }
        }
        catch (IOException)
        {
            // Reset instead of closed.
        }

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}

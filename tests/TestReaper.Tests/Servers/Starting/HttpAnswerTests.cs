using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A start that times out shows what the server answered, and advises what to change.</summary>
public sealed class HttpAnswerTests : PythonServers
{
    private const string Key = "swordfish-0123456789", Wait = "Raise StartupTimeout";

    [SkippableFact(Timeout = 30_000)]
    public async Task The_first_line_of_the_body_is_shown()
    {
        var message = await FailAsync(@"return 503, {}, '\n{""error"":""Loading model""}\nmore'", Readiness.Http("/health"));

        Contains("the last answer was: 503 Service Unavailable: {\"error\":\"Loading model\"}. Raise StartupTimeout", message);
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("return 503, {}, 'x' * 5000000", "503 Service Unavailable: xxxxxxxx")]
    [InlineData("return 503, {'Content-Type': 'text/html'}, '<html>'", "503 Service Unavailable. Raise")]
    [InlineData(@"return 503, {}, 'a\x1b[31mb\0c'", "503 Service Unavailable: a[31mbc. Raise")]
    [InlineData("return 503, {}, ''", "503 Service Unavailable. Raise")]
    public async Task A_body_that_is_unusable_does_not_spoil_the_message(string body, string expected)
    {
        var message = await FailAsync(body, Readiness.Http("/health"));

        Contains(expected, message);
        Assert.True(message.IndexOf('\n', StringComparison.Ordinal) < 500, message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_body_that_never_ends_does_not_hide_the_status()
    {
        const string Body =
            "r.send_response(503); r.send_header('Content-Length', '9'); r.end_headers(); r.wfile.write(b'busy'); r.wfile.flush(); " +
            "time.sleep(1000)";

        Contains("the last answer was: 503 Service Unavailable: busy", await FailAsync(Body, Readiness.Http("/health")));
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData(401, false, "The server requires a key. Pass it in the headers of the probe")]
    [InlineData(401, true, "The server does not accept the key in Authorization. Compare it with the key that the server was started with")]
    [InlineData(403, false, "The server denies access. Pass a key in the headers of the probe")]
    [InlineData(403, true, "The server denies access to the key in Authorization. Check its permissions and the path.")]
    [InlineData(404, false, "The server does not have this path. Correct it in the probe.")]
    public async Task A_refusal_advises_on_key_and_path(int status, bool withKey, string advice)
    {
        var probe = withKey ? Readiness.Http("/x", Header("Authorization", $"Bearer {Key}")) : Readiness.Http("/x");

        var message = await FailAsync($"return {status}, {{}}", probe);

        Contains($"the last answer was: {status} ", message);
        Contains(advice, message);
        Assert.DoesNotContain(Wait, message, StringComparison.Ordinal);
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Another_status_advises_to_wait_longer(int status) =>
        Contains(Wait, await FailAsync($"return {status}, {{}}", Readiness.Http("/x")));

    [SkippableFact(Timeout = 30_000)]
    public async Task The_advice_of_a_probe_in_All_is_given()
    {
        var probe = Readiness.All(Readiness.TcpPort(), Readiness.Http("/x"));

        var message = await FailAsync("return 404, {}", probe);

        Contains("GET /x: 404 Not Found: ok. The server does not have this path.", message);
        Assert.DoesNotContain(Wait, message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Answer_and_advice_in_All_are_of_one_probe()
    {
        var message = await FailAsync("return 404, {}", Readiness.All(Readiness.OutputLine("^never$"), Readiness.Http("/x")));

        Contains("the last answer was: an output line that matches /^never$/: ", message);
        Contains(Wait, message);
        Assert.DoesNotContain("does not have this path", message, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_redirect_is_shown_with_its_target_and_gets_no_key()
    {
        const string Body = "print('asked', p); return 302, {'Location': '/other?api_key=" + Key + "'}";

        var failure = await FailAsync(
            Handle(Body, Readiness.Http("/x", Header("X-Api-Key", Key))) with { StartupTimeout = Short });

        Contains("the last answer was: 302 Found, a redirect to '/other?api_key=***', which is not followed: ok", failure.Message);
        Contains("asked /x", failure.OutputTail);
        Assert.DoesNotContain("asked /other", failure.OutputTail, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_custom_probe_can_return_its_last_answer()
    {
        var probe = Readiness.Custom("the model", (_, _) => Task.FromResult(new ReadinessResult(false, "loaded 3 of 8 shards")));

        var failure = await FailAsync(Server() with { Readiness = probe, StartupTimeout = TimeSpan.FromSeconds(1) });

        Contains("the last answer was: loaded 3 of 8 shards.", failure.Message);
        await using var server = await StartAsync(Server() with
        { Readiness = Readiness.Custom("the model", (_, _) => Task.FromResult(new ReadinessResult(true))) });
    }
}

using System.Net.Sockets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class AnyProbeTests : PythonServers
{
    [Fact(Timeout = 30_000)]
    public async Task One_probe_that_is_ready_is_enough()
    {
        var never = Readiness.Custom("never", (_, _) => Task.FromResult(false));

        await using var server = await StartAsync(Server("--print", "up") with
        { Readiness = Readiness.Any(never, Readiness.OutputLine("up")) });

        Assert.False(server.HasExited);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_probe_without_an_answer_does_not_delay_the_others_and_is_cancelled(bool blocks)
    {
        var cancelled = new TaskCompletionSource();
        var hanging = Readiness.Custom("hanging", async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            if (blocks)
            {
                token.WaitHandle.WaitOne();
            }

            await Task.Delay(Timeout.Infinite, token);
            return true;
        });
        var asked = 0;
        var third = Readiness.Custom("third", (_, _) => Task.FromResult(++asked == 3));

        await using var server = await StartAsync(Server() with { Readiness = Readiness.Any(hanging, third) });

        Assert.Equal(3, asked);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_exit_of_the_server_cancels_a_probe_that_has_no_answer()
    {
        var cancelled = new TaskCompletionSource();
        var hanging = Readiness.Custom("hanging", async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return true;
        });

        var failure = await FailAsync(Server("--exit-after", "500", "--exit-code", "4") with
        { Readiness = Readiness.Any(hanging, Readiness.OutputLine("never")) });

        Assert.Equal(4, failure.ExitCode);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task No_probe_is_asked_twice_at_the_same_time()
    {
        var (current, most, calls) = (0, 0, 0);
        var slow = Readiness.Custom("slow", async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref current));
            await Task.Delay(120, token);
            Interlocked.Decrement(ref current);
            return ++calls == 4;
        });

        await using var server = await StartAsync(Server() with { Readiness = Readiness.Any(slow, Readiness.OutputLine("never")) });

        Assert.Equal((1, 4), (most, calls));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_timeout_shows_the_last_answer_of_each()
    {
        var probe = Readiness.Any(Readiness.Http("/health"), Readiness.All(Readiness.OutputLine("up"), Readiness.Http("/x")));

        var message = await FailAsync("return (503 if p == '/health' else 404), {}", probe);

        Contains("GET /health or (an output line that matches /up/ and GET /x) was tried ", message);
        Contains("the last answer was: GET /health: 503 Service Unavailable: ok; an output line that matches /up/ and GET /x: ", message);
        Contains("Raise StartupTimeout", message);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_advice_is_that_of_the_probes_if_none_can_become_ready_by_waiting()
    {
        var message = await FailAsync("return 404, {}", Readiness.Any(Readiness.Http("/a"), Readiness.Http("/b")));

        Contains("GET /b: 404 Not Found: ok. The server does not have this path.", message);
        Assert.DoesNotContain("Raise StartupTimeout", message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_owner_of_a_socket_is_verified_only_where_the_probe_was_ready()
    {
        // An unrelated process has bound the socket and listens only later.
        var path = FilePath("s");
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(path));
        var unused = FilePath("unused");

        await using (await StartAsync(Server("--http", "{port}") with
        { Readiness = Readiness.Any(Readiness.UnixSocket(unused), Readiness.UnixSocket(path), Readiness.Http("/health")) }))
        {
            Assert.Empty(Log.Warnings);
        }

        other.Listen();
        var failure = await FailAsync(Server("--http", "{port}", "--ready-after", "60000") with
        { Readiness = Readiness.Any(Readiness.Http("/health"), Readiness.UnixSocket(path)) });
        Contains("which this server did not start", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_probe_can_serve_several_servers()
    {
        var probe = Readiness.Any(Readiness.OutputLine("never"), Readiness.Http("/health"));
        await using var first = await StartAsync(Server("--http", "{port}") with { Readiness = probe });

        await using var second = await StartAsync(Server("--http", "{port}", "--ready-after", "300") with { Readiness = probe });

        Assert.NotEqual(first.Port, second.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_that_needs_an_address_needs_it_in_Any_too()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => StartAsync(Server() with { Readiness = Readiness.Any(Readiness.OutputLine("up"), Readiness.Http("/health")) }));

        Contains("Readiness (an output line that matches /up/ or GET /health) needs an address to ask", error.Message);
    }
}

using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Options that could only fail after a long wait are refused before the start.</summary>
public sealed class BadTimesAndAddressesTests : StartingServers
{
    public static TheoryData<TimeSpan> NoTimeouts => new(
        TimeSpan.Zero, TimeSpan.FromSeconds(-5), Timeout.InfiniteTimeSpan, TimeSpan.MaxValue);

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(NoTimeouts))]
    public async Task A_timeout_is_more_than_zero_and_finite(TimeSpan value)
    {
        await RefusesAsync(Server() with { StartupTimeout = value }, "StartupTimeout");
        await RefusesAsync(Server() with { Reap = new() { Timeout = value } }, "Timeout");
    }

    [Theory(Timeout = 30_000)]
    [InlineData(-5_000)]
    [InlineData(Timeout.Infinite)]
    [InlineData(3e9)]
    public async Task A_period_may_be_zero_but_not_negative_or_infinite(double milliseconds)
    {
        var value = TimeSpan.FromMilliseconds(milliseconds);

        await RefusesAsync(Server() with { Reap = new() { GracePeriod = value } }, "GracePeriod");
        await RefusesAsync(Server() with { Reap = new() { ReleaseTimeout = value } }, "ReleaseTimeout");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_longest_documented_time_is_allowed()
    {
        await RefusesAsync(Server() with { StartupTimeout = TimeSpan.FromDays(25) }, "StartupTimeout");

        await using var server = await StartAsync(Server() with { StartupTimeout = TimeSpan.FromDays(24) });
    }

    [Fact(Timeout = 30_000)]
    public async Task A_probe_of_the_network_needs_an_address()
    {
        await RefusesAddressAsync(Server() with { Readiness = Readiness.Http("/health") }, "GET /health");
        await RefusesAddressAsync(Server() with { Readiness = Readiness.TcpPort() }, "TCP connection");
        await RefusesAddressAsync(Server() with { Readiness = Readiness.All(Readiness.ProcessUp, Readiness.Http("/")) }, "GET /");
        await RefusesAddressAsync(Server() with { Readiness = Readiness.Http("/"), Endpoint = new("http://localhost:0/") }, "GET /");
        await RefusesAddressAsync(
            Server() with { Readiness = Readiness.All(Readiness.Http("/"), Readiness.OutputLine("ready")) },
            "an output line that matches /ready/");
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_two_named_ports_a_probe_cannot_know_which_to_ask() =>
        await RefusesAddressAsync(
            Server("--http", "{port:web}", "--listen", "{port:rpc}") with { Readiness = Readiness.Http("/health") }, "GET /health");

    [Fact]
    public void A_socket_path_that_is_too_long_is_refused_at_once()
    {
        var failure = Assert.ThrowsAny<ArgumentException>(() => Readiness.UnixSocket("/" + new string('x', 120)));

        Contains("path", failure.Message);
    }

    private async Task RefusesAsync(ServerProcessOptions options, string property)
    {
        var failure = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => StartAsync(options));

        Assert.Equal(property, failure.ParamName);
        Contains(property, failure.Message);
        Assert.Empty(Registry.Registered());
    }

    private async Task RefusesAddressAsync(ServerProcessOptions options, string probe)
    {
        // Were it accepted, the test would wait no longer than this.
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(
            options with { StartupTimeout = TimeSpan.FromSeconds(1) }));

        Contains(probe, failure.Message);
        Contains("needs an address to ask: write {port} into Arguments", failure.Message);
        Assert.Empty(Registry.Registered());
    }
}

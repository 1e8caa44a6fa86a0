using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>A host whose kernel refuses it all signals: its reaps fail.</summary>
public sealed class FailedReapTests : IDisposable
{
    private readonly LeakHost _host = new(LayerSet.NoCGroup, null, "--refuse", "kill=EPERM", "--refuse", "pidfd_send_signal=EPERM", "--timeout", "0.3");

    public void Dispose() => _host.Dispose();

    /// <summary>Whoever reaped it was told by an exception.</summary>
    [Fact(Timeout = 60_000)]
    public async Task What_a_failed_reap_left_is_not_reported_a_second_time()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 2, "--children", "1");
        await _host.ReapAsync("incomplete");
        _host.Registry.AssertAlive("server", 1);
        _host.Registry.AssertAlive("child", 1);

        await _host.EndCleanAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_killed_is_said_to_be_left()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Contains("Not all of it could be killed: 1 process not gone", leak.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Killed now", leak.Message, StringComparison.Ordinal);
        _host.Registry.AssertAlive("server", 1);
    }
}

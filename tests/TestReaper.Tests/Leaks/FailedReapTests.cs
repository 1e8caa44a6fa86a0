using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>A host to which the kernel denies all signals, so that its reaps fail.</summary>
public sealed class FailedReapTests : IDisposable
{
    private readonly LeakHost _host = new(
        LayerSet.NoCGroup, null, "--refuse", "kill=EPERM", "--refuse", "pidfd_send_signal=EPERM", "--timeout", "0.3");

    public void Dispose() => _host.Dispose();

    /// <summary>The reap has already thrown an exception.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Survivors_of_a_failed_reap_are_not_reported_again()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 2, "--children", "1");
        await _host.ReapAsync("incomplete");
        _host.Registry.AssertAlive("server", 1);
        _host.Registry.AssertAlive("child", 1);

        await _host.EndCleanAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_message_names_processes_that_cannot_be_killed()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Contains("Not all of them could be killed: 1 process not gone", leak.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("They were killed", leak.Message, StringComparison.Ordinal);
        _host.Registry.AssertAlive("server", 1);
    }
}

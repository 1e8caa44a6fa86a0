using TestReaper.Tests.Leaks;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A reap takes no longer than the sum of its timeouts, even if the host lacks descriptors, pids or memory.</summary>
public sealed class BoundTests
{
    // Grace period, timeout and release timeout, plus a second.
    private const double Bound = (1 + 5 + 5 + 1) * 1000;

    [Theory(Timeout = 60_000)]
    [InlineData("descriptors")]
    [InlineData("pool")]
    [InlineData("context")]
    public async Task A_host_that_lacks_a_resource_reaps_in_time(string shortage)
    {
        using var host = new LeakHost(options: ["--grace", "1", "--timeout", "5"]);
        await host.BeginAsync();

        // The first reap loads the assemblies that the second one cannot load without descriptors.
        await host.StartOwnedAsync("server", "Class", "first", 1);
        await host.ReapAsync("reaped");
        await host.StartOwnedAsync("server", "Class", "root", 3, "--children", "2", "--ignore-term");

        var answer = await host.StepAsync("reaped", ["hard-reap", shortage]);

        host.Registry.AssertNoneAlive();
        Assert.InRange(answer.Milliseconds, 0, Bound);
        await host.EndCleanAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_start_is_reported_on_the_one_thread_of_a_context()
    {
        using var host = new LeakHost(options: ["--grace", "1", "--timeout", "5"]);
        await host.BeginAsync();

        var answer = await host.StepAsync("reaped", ["failing-start"]);

        Assert.InRange(answer.Milliseconds, 0, Bound);
    }
}

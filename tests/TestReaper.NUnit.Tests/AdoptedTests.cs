using NUnit.Framework;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

/// <summary>Here and not among the core's tests, since the subreaper is process-wide, and here no other test runs meanwhile.</summary>
public sealed class AdoptedTests : FixtureTest
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_daemon_of_a_reaped_server_is_not_taken_for_one_of_the_server_that_is_left()
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var left = await ServerProcess.StartAsync(Server("left"));
        await using (await ServerProcess.StartAsync(Server("reaped", "--daemon")))
        {
            // Newer than the server that is left, and nobody's child but this process's.
            await Registry.WaitForAsync(1, "daemon");
        }

        var report = await left.ReapAsync();

        Assert.That(report.Processes.Select(process => process.ProcessId), Is.EqualTo([left.ProcessId]));
        Registry.AssertNoneAlive();
    }
}

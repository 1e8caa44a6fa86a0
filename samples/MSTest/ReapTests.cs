using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace TestReaper.Samples;

/// <summary>Shows the reap: a stopped fixture has reaped the whole tree of its server, and the port is free again.</summary>
[TestClass]
public sealed class ReapTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_stopped_fixture_has_reaped_its_tree()
    {
        var fixture = new InferenceServer();
        await fixture.StartAsync(TestContext);
        var server = fixture.Server;
        await fixture.StopAsync();

        // Returns the report of the reap in StopAsync.
        var report = await server.ReapAsync(TestContext.CancellationToken);

        // The launcher, two workers and the scheduler.
        Assert.HasCount(4, report.Processes);
        using var listener = new TcpListener(IPAddress.Loopback, server.Port);
        listener.Start();
    }
}

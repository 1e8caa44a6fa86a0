using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

public sealed class FurtherProcessTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task A_started_process_is_reaped_with_its_tree_even_if_its_object_was_disposed()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();

        using (fixture.Start(Program("helper", "--children", "2", "--daemon")))
        {
        }

        await Registry.WaitForAsync(5);
        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(5, Registry.Registered().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_tracked_process_is_reaped_with_its_tree()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();

        using (var process = Process.Start(Program("tracked", "--depth", "2"))!)
        {
            Assert.Same(process, fixture.Track(process));
        }

        await Registry.WaitForAsync(4);
        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(4, Registry.Registered().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_are_reaped_before_the_servers_are()
    {
        var living = RecordRolesAtReaps();
        var fixture = Fixture();
        await fixture.InitializeAsync();
        using var process = fixture.Start(Program("client", "--slow-exit", "200"));
        await Registry.WaitForAsync(2);

        await fixture.DisposeAsync();

        // Only the reap of the server is reported. The client must be gone by then.
        Assert.Equal([""], living);
        Assert.True(process.HasExited);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_has_exited_by_itself_is_not_a_failure()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();
        using var process = fixture.Start(Program("short", "--exit-after", "0"));
        await process.WaitForExitAsync();

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_was_neither_started_nor_tracked_survives()
    {
        using var bystander = await Bystander.StartAsync();
        var fixture = Fixture();
        await fixture.InitializeAsync();
        using var process = fixture.Start(Program("helper"));
        await Registry.WaitForAsync(2);

        await fixture.DisposeAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
    }
}

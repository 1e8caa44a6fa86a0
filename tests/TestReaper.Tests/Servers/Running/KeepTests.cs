using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Changes the environment of the process, so no other test may run at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeEnvironment
{
    public const string Name = "TESTREAPER_KEEP";
}

[Collection(WholeEnvironment.Name)]
public sealed class KeepTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task Always_leaves_the_server_running_and_says_how_to_stop_it() => await WithAsync("always", ci: null, async () =>
    {
        var server = await StartAsync(Program("--children", "1"));
        var all = await Registry.WaitForAsync(2);

        var report = await server.ReapAsync();

        Assert.Equal(2, Registry.Alive().Count);
        Assert.Empty(report.Processes);
        Assert.Contains("TESTREAPER_KEEP", report.Mechanism, StringComparison.Ordinal);
        Assert.All(all, process => Assert.Matches($@"kill -KILL [\d ]*\b{process.Pid}\b", Assert.Single(Logger.Warnings)));
        Assert.True(File.Exists(server.Output.LogFile));
    });

    [Fact(Timeout = 30_000)]
    public async Task Always_leaves_a_failed_start_running_too() => await WithAsync("always", ci: "false", FailedStartStaysAsync);

    [Fact(Timeout = 30_000)]
    public async Task Onfailure_leaves_a_failed_start_running() => await WithAsync("onfailure", ci: null, FailedStartStaysAsync);

    [Fact(Timeout = 30_000)]
    public async Task Onfailure_reaps_what_has_started() => await WithAsync("onfailure", ci: null, async () =>
    {
        await using var server = await StartAsync(Program("--children", "1"));
        await Registry.WaitForAsync(2);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Empty(Logger.Warnings);
    });

    [Fact(Timeout = 30_000)]
    public async Task Onfailure_reaps_a_start_that_was_cancelled() => await WithAsync("onfailure", ci: null, async () =>
    {
        using var cancel = new CancellationTokenSource();
        var start = ServerProcess.StartAsync(NeverReady(), Logger, cancel.Token);
        await Registry.WaitForAsync(2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Registry.AssertNoneAlive();
    });

    [Theory(Timeout = 30_000)]
    [InlineData("always")]
    [InlineData("onfailure")]
    public async Task On_a_ci_machine_it_is_refused(string keep) => await WithAsync(keep, ci: "true", async () =>
    {
        await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(NeverReady() with { StartupTimeout = TimeSpan.FromSeconds(1) }));
        Assert.NotEmpty(Registry.Registered());
        Registry.AssertNoneAlive();
        await using var server = await StartAsync(Program());
        await Registry.WaitForAsync(1);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Contains(Logger.Warnings, warning => warning.Contains("refused", StringComparison.Ordinal));
    });

    [Fact(Timeout = 30_000)]
    public async Task Another_value_is_ignored_with_a_warning() => await WithAsync("yes", ci: null, async () =>
    {
        await using var server = await StartAsync(Program());
        await Registry.WaitForAsync(1);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Contains("ignored", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
    });

    private async Task FailedStartStaysAsync()
    {
        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(
            NeverReady() with { StartupTimeout = TimeSpan.FromSeconds(2) }));

        Registry.AssertAlive("root", 1);
        Registry.AssertAlive("child", 1);
        Assert.Contains("not ready", failure.Message, StringComparison.Ordinal);
        Assert.Contains("kill -KILL", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
    }

    private ServerProcessOptions NeverReady() => Program("--children", "1") with { Readiness = Readiness.OutputLine("never") };

    // The registry kills the kept processes: it knows the identity of each.
    private static async Task WithAsync(string keep, string? ci, Func<Task> test)
    {
        var (oldKeep, oldCi) = (Environment.GetEnvironmentVariable("TESTREAPER_KEEP"), Environment.GetEnvironmentVariable("CI"));
        Environment.SetEnvironmentVariable("TESTREAPER_KEEP", keep);
        Environment.SetEnvironmentVariable("CI", ci);
        try
        {
            await test();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TESTREAPER_KEEP", oldKeep);
            Environment.SetEnvironmentVariable("CI", oldCi);
        }
    }
}

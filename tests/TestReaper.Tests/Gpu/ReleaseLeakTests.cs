using TestReaper.Extensibility;
using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>The leak check of a class after which the memory of a GPU did not come back.</summary>
public sealed class ReleaseLeakTests : GpuServers
{
    [SkippableFact(Timeout = 60_000)]
    public async Task A_class_that_caught_the_failure_of_the_reap_fails()
    {
        Owner.Enter();
        var server = await StartAsync();
        Use(server);
        await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        var failure = Assert.IsType<ProcessLeakException>(await CheckAsync());

        Assert.StartsWith("GpuClass left GPU memory that did not come back:", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"GPU 0 (Stand-in GPU, GPU-0): held after", failure.Message, StringComparison.Ordinal);
        Assert.Empty(failure.Processes);
        Assert.Null(await CheckAsync());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_class_does_not_fail_for_the_memory_of_anotherOwner()
    {
        new ProcessOwner("Other").Enter();
        var server = await StartAsync();
        Use(server);
        await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.Null(await CheckAsync());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_failure_that_the_fixture_has_thrown_is_not_reported_again()
    {
        Owner.Enter();
        var fixture = new FixtureLifetime(typeof(ReleaseLeakTests), new Hooks(Options()), Logger);
        await fixture.StartAsync(CancellationToken.None);
        Use(fixture.Server);

        await Assert.ThrowsAsync<ReapTimeoutException>(fixture.StopAsync);

        Assert.Null(await CheckAsync());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_that_the_class_left_is_killed_and_its_memory_fails_the_class()
    {
        Owner.Enter();
        var server = await StartAsync();
        Use(server);

        var failure = Assert.IsType<ProcessLeakException>(await CheckAsync());

        Assert.Single(failure.Processes);
        Assert.Contains("They were killed, with all their descendants. All processes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GPU 0 (Stand-in GPU, GPU-0): held after", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("left GPU memory", failure.Message, StringComparison.Ordinal);
        Assert.Null(await CheckAsync());
    }

    /// <summary>The timeout of the kill, ten seconds, does not limit the wait for the memory.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task The_kill_of_a_process_that_others_have_started_waits_for_its_memory() => await KillAsync(seconds: 1);

    [SkippableFact(Timeout = 60_000)]
    [Trait("Category", "Full")]
    public async Task The_kill_of_a_process_waits_for_its_memory_longer_than_for_the_process() => await KillAsync(seconds: 12);

    private async Task KillAsync(int seconds)
    {
        using var process = TestProgram.Start("--registry", Registry.Directory, "--lock", Device);
        await ReleaseScene.OpenAsync(Device);
        Machine.AddProcess(process.Id).Set(
            $"d0.used {40 * GiB}", $"d0.p0.bytes {(40 * GiB) - (4 * MiB)}", $"d0.p0.pid {process.Id}");
        var platform = ProcessPlatform.Current;
        Assert.Equal(ReadOutcome.Read, platform.Processes.TryRead(process.Id, out var entry));

        var kill = LeakKill.RunAsync(platform, [entry], [], static _ => false);
        await GoneAsync();
        Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}");
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        Assert.False(kill.IsCompleted);
        Free();

        Assert.Null(await kill);
    }

    private sealed class Hooks(ServerProcessOptions options) : IFixtureHooks
    {
        public string? SkipReason => null;

        public Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ServerProcessOptions CreateOptions() => options;

        public Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Exception CreateSkipException(string reason) => new InvalidOperationException(reason);
    }
}

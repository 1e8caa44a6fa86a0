using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Sdk;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Tests the oracle itself: with an oracle that misses living processes every other test would pass.</summary>
public sealed class InfrastructureTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task The_oracle_sees_a_process_alive_and_then_dead()
    {
        using var process = Start();
        await _registry.WaitForAsync(1);
        _registry.AssertAlive("process", 1);
        Assert.Throws<FailException>(() => _registry.AssertNoneAlive());

        process.Kill();
        await process.WaitForExitAsync();

        _registry.AssertNoneAlive();
        Assert.Equal(process.Id, Assert.Single(_registry.Registered()).Pid);
        Assert.Throws<FailException>(() => _registry.AssertAlive("process", 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_oracle_sees_a_zombie_with_a_living_thread_as_alive()
    {
        using var process = Start("--linger-thread");
        var registered = Assert.Single(await _registry.WaitForAsync(1));
        await Poll.UntilAsync(() => ProcStat.StateOf(process.Id) == 'Z', "the main thread to exit");

        _registry.AssertAlive("process", 1);

        registered.Kill();
        _registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_wait_lists_the_living_and_the_dead_processes()
    {
        using var living = Start();
        await _registry.WaitForAsync(1);

        var failure = await Assert.ThrowsAsync<FailException>(() => _registry.WaitForAsync(2, "child", TimeSpan.FromMilliseconds(50)));

        var expected = $"2 living processes of role child; alive: process {living.Id}; dead: none";
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Disposing_the_registry_kills_what_is_left()
    {
        var registry = new ProcessRegistry();
        using var process = TestProgram.Start("--registry", registry.Directory, "--ignore-term");
        await registry.WaitForAsync(1);

        registry.Dispose();

        await process.WaitForExitAsync();
        Assert.False(Directory.Exists(registry.Directory));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_bystander_lives_until_it_is_disposed()
    {
        var bystander = await Bystander.StartAsync();
        bystander.AssertAlive();
        Assert.Equal(ProcStat.SessionOf(Environment.ProcessId), ProcStat.SessionOf(bystander.Pid));

        bystander.Dispose();

        await Poll.UntilAsync(() => ProcStat.StateOf(bystander.Pid) is null, "the bystander to be reaped");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_logger_keeps_levels_and_messages()
    {
        var logger = new ListLogger();

        await Parallel.ForAsync(0, 100, (number, _) =>
        {
            logger.LogInformation("number {Number}", number);
            return ValueTask.CompletedTask;
        });
        logger.LogWarning("careful");

        Assert.Equal(101, logger.Messages.Count);
        Assert.Contains(new LoggedMessage(LogLevel.Information, "number 7"), logger.Messages);
        Assert.Equal(["careful"], logger.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task Programs_are_found_or_the_test_is_skipped()
    {
        Assert.True(File.Exists(Programs.Require("sh")));

        var skipped = await Assert.ThrowsAsync<Xunit.SkipException>(() => Task.FromResult(Programs.Require("no-such-program")));
        Assert.Equal("no-such-program is not installed", skipped.Message);
    }

    private Process Start(params string[] args) => TestProgram.Start(["--registry", _registry.Directory, .. args]);
}

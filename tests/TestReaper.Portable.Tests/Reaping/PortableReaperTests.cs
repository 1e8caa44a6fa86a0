using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>Processes that <see cref="Process"/> starts.</summary>
public sealed class PortableReaperTests : IDisposable
{
    private static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };
    private readonly ProcessRegistry _registry = new();

    private ProcessStartInfo Tree(params string[] options) =>
        TestProgram.StartInfo(["--registry", _registry.Directory, "--role", "root", .. options]);

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_started_tree_is_reaped_with_its_orphans()
    {
        using var bystander = await Bystander.StartAsync();
        var reaper = new ProcessReaper(AtOnce);
        using var process = reaper.Start(Tree("--children", "2", "--orphan"));
        await _registry.WaitForAsync(4);

        var report = await reaper.ReapAsync(TestContext.Current.CancellationToken);

        _registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.True(report.Processes.Count >= 4, $"{report}");
        Assert.Equal(OperatingSystem.IsWindows(), report.Mechanism.Contains("assigned after the start", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_was_started_elsewhere_is_recorded_with_its_children()
    {
        using var process = Process.Start(Tree("--children", "2"))!;
        await _registry.WaitForAsync(3);
        var reaper = new ProcessReaper(AtOnce);
        reaper.Record(process);

        await reaper.ReapAsync(TestContext.Current.CancellationToken);

        _registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_tree_of_a_pid_is_killed_and_no_other()
    {
        using var bystander = await Bystander.StartAsync();
        using var process = Process.Start(Tree("--depth", "3"))!;
        await _registry.WaitForAsync(4);

        await ProcessReaper.KillTreeAsync(process.Id, options: AtOnce, cancellationToken: TestContext.Current.CancellationToken);

        _registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_pid_that_names_no_server_is_refused(int pid) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ProcessReaper.KillTreeAsync(pid));

    [Fact]
    public async Task The_own_process_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => ProcessReaper.KillTreeAsync(Environment.ProcessId));
}

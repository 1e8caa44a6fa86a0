using TestReaper.Gpu;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Gpu;

/// <summary>Trees without a reading from before their launch, and trees that use no GPU.</summary>
public sealed class ReleaseEstimateTests : IDisposable
{
    private const long GiB = ReleaseScene.GiB, MiB = ReleaseScene.MiB;
    private readonly ReleaseScene _scene = new(GpuMachine.WithNvidia("count 1", $"d0.used {3 * GiB}"));

    public void Dispose() => _scene.Dispose();

    [SkippableFact(Timeout = 60_000)]
    public async Task The_memory_before_the_launch_is_estimated_from_that_of_the_tree()
    {
        await StartAsync();
        var reap = await _scene.ReapAsync();
        _scene.Unlist().Machine.Set($"d0.used {6 * GiB}");
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);

        _scene.Machine.Set($"d0.used {3 * GiB}");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_the_amounts_of_the_tree_there_is_no_estimate()
    {
        await StartAsync();
        _scene.Machine.Set($"d0.p0.bytes {ReleaseScene.Unknown}");
        var reap = await _scene.ReapAsync();
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);

        _scene.Unlist();

        var condition = Assert.Single((await reap).Releases);
        Assert.Equal(ReleaseVerdict.NotVerified, condition.Verdict);
        Assert.StartsWith("the memory before the launch is not known", condition.Detail, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_reap_of_processes_without_an_open_device_file_reads_nothing()
    {
        using var registry = new ProcessRegistry();
        GpuMonitor.Current = _scene.Monitor;
        using var process = TestProgram.Start("--registry", registry.Directory);
        await registry.WaitForAsync(1);

        var report = await ProcessReaper.KillTreeAsync(process.Id);

        Assert.Empty(report.Releases);
        Assert.Empty(_scene.Machine.Calls);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("nvidia3")]
    [InlineData("nvidia-uvm")]
    [InlineData("kfd")]
    [InlineData("dxg")]
    [InlineData("dri/renderD128")]
    public async Task A_reap_of_a_process_with_a_device_file_open_reads_the_devices(string file)
    {
        using var registry = new ProcessRegistry();
        GpuMonitor.Current = _scene.Monitor;
        _scene.Machine.Add($"dev/{file}", "");
        var device = Path.Combine(_scene.Machine.Roots.Dev, file);
        using var process = TestProgram.Start("--registry", registry.Directory, "--lock", device);
        await ReleaseScene.OpenAsync(device);
        _scene.Machine.AddProcess(process.Id).Set($"d0.p0.bytes {GiB}", $"d0.p0.pid {process.Id}");

        var reap = ProcessReaper.KillTreeAsync(process.Id);
        await Poll.UntilAsync(() => registry.Alive().Count == 0, "the process to be gone");
        _scene.Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}", $"d0.used {2 * GiB}");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    /// <summary>One that was started by the reaper has its baseline; one that was recorded has an estimate.</summary>
    [SkippableTheory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_reaper_waits_for_the_memory(bool isStarted)
    {
        using var registry = new ProcessRegistry();
        GpuMonitor.Current = _scene.Monitor;
        _scene.Machine.Add("dev/nvidia0", "");
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.Zero });
        var device = Path.Combine(_scene.Machine.Roots.Dev, "nvidia0");
        var info = TestProgram.StartInfo("--registry", registry.Directory, "--lock", device);
        using var process = isStarted ? reaper.Start(info) : System.Diagnostics.Process.Start(info)!;
        await ReleaseScene.OpenAsync(device);
        _scene.Machine.AddProcess(process.Id);
        var bytes = isStarted ? ReleaseScene.Unknown : 40 * GiB;
        _scene.Machine.Set($"d0.used {43 * GiB}", $"d0.p0.bytes {bytes}", $"d0.p0.pid {process.Id}");
        if (!isStarted)
        {
            reaper.Record(process);
        }

        var reap = reaper.ReapAsync();
        await Poll.UntilAsync(() => registry.Alive().Count == 0, "the process to be gone");
        _scene.Unlist();
        await Task.Delay(400);
        Assert.False(reap.IsCompleted);
        _scene.Machine.Set($"d0.used {3 * GiB}");

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    private async Task StartAsync()
    {
        _scene.ObserveNothing();
        await _scene.LaunchAsync();
        _scene.Machine.Set($"d0.used {43 * GiB}", $"d0.p0.bytes {40 * GiB}", $"d0.p0.pid {_scene.Pid}");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.Gpu.Hardware;

/// <summary>
/// A server with a CUDA context, and a daemon of it in a session of its own that holds gigabytes of the device and pinned memory, are
/// killed. Prints how long it takes until the processes are gone, the driver lists none, and the memory is free.
/// </summary>
[Trait("Category", "Hardware")]
[Collection(nameof(CudaTreeTests))]
public sealed class CudaTreeTests(ITestOutputHelper output)
{
    private const string TableVariable = "TESTREAPER_HARDWARE_TABLE";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [SkippableTheory(Timeout = 300_000)]
    [InlineData(4, 0)]
    [InlineData(4, 8)]
    [InlineData(32, 16)]
    public async Task The_memory_of_a_killed_CUDA_tree_is_free_after_the_reap(int deviceGiB, int pinnedGiB)
    {
        var reason = GpuSupport.FindSkipReason(minMemory: (deviceGiB + 2L) << 30, vendor: GpuVendor.Nvidia);
        Skip.IfNot(reason is null, reason);
        Skip.IfNot(HasCuda(), "libcuda.so.1 is not installed");
        using var watch = new GpuWatch();
        Skip.If(watch.Read().Holders.Count > 0, "another process uses a GPU");
        using var registry = new ProcessRegistry();
        await using var server = await ServerProcess.StartAsync(Server(registry, deviceGiB, pinnedGiB));
        await registry.WaitForAsync(1, "daemon", TimeSpan.FromSeconds(60));
        var pids = registry.Alive().Select(process => process.Pid).ToList();
        var held = watch.Read();
        Assert.InRange(watch.Added(held), (long)deviceGiB << 30, long.MaxValue);

        var start = Stopwatch.GetTimestamp();
        var times = Task.Run(() => watch.Wait(registry, pids, Limit, start));
        var report = await server.ReapAsync();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var conditions = report.Releases.Where(release => release.Resource == ReleaseResource.Gpu).ToList();
        Write(held.Devices[0].Name ?? "GPU", deviceGiB, pinnedGiB, await times, elapsed, conditions);

        registry.AssertNoneAlive();
        Assert.All(conditions, condition => Assert.Equal(ReleaseVerdict.Released, condition.Verdict));
        Assert.NotNull((await times).Unlisted);
        Assert.NotNull((await times).Back);
        if (conditions.Count > 0)
        {
            // The reap waits for the memory, so it was free when the reap returned. The watch sees that a moment later.
            Assert.InRange((await times).Back!.Value, TimeSpan.Zero, elapsed + TimeSpan.FromMilliseconds(250));
        }
    }

    private static ServerProcessOptions Server(ProcessRegistry registry, int deviceGiB, int pinnedGiB) => new()
    {
        FileName = TestProgram.Path,
        Arguments =
        [
            "--registry", registry.Directory, "--role", "server", "--lifetime", "280", "--http", "{port}", "--cuda", "64:0",
            "--daemon", "--child-arg", "--cuda", "--child-arg", $"{deviceGiB * 1024}:{pinnedGiB * 1024}",
        ],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromSeconds(60),
        Reap = new ReapOptions { GracePeriod = TimeSpan.Zero },
    };

    private static bool HasCuda()
    {
        if (!NativeLibrary.TryLoad("libcuda.so.1", out var library))
        {
            return false;
        }

        NativeLibrary.Free(library);
        return true;
    }

    private void Write(
        string card, int deviceGiB, int pinnedGiB, GpuTimes times, TimeSpan reap, List<ReleaseCondition> conditions)
    {
        var condition = conditions.Count == 0 ? "none" : string.Join("; ", conditions);
        var row = $"| {card} | {deviceGiB} GiB | {pinnedGiB} GiB | {Text(times.Gone)} | {Text(times.Unlisted)} | {Text(times.Back)} "
            + $"| {Text(reap)} | {condition} |";
        string[] head =
        [
            "| card | device memory | pinned memory | processes gone | not listed | memory free | reap | release condition |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |",
        ];
        output.WriteLine(string.Join(Environment.NewLine, [.. head, row]));
        if (Environment.GetEnvironmentVariable(TableVariable) is { Length: > 0 } path)
        {
            string[] title = ["# Reaps of CUDA process trees, `dotnet cake --target=Hardware`", "", .. head];
            File.AppendAllLines(path, File.Exists(path) ? [row] : [.. title, row]);
        }
    }

    private static string Text(TimeSpan? time) =>
        time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.00} s") : "never";
}

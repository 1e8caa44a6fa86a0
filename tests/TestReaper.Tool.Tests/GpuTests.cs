using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.Gpu;
using TestReaper.Gpu.Locks;
using TestReaper.Gpu.Quarantine;
using TestReaper.Tool.Reporting;
using Xunit;

namespace TestReaper.Tool.Tests;

/// <summary><c>testreaper gpu</c>. The tables are those of made-up readings, since no GPU is needed for the tests.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class GpuTests
{
    private const long MiB = 1 << 20;

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_GPU_the_command_says_so_and_succeeds()
    {
        Skip.If(new GpuRoots().HasDriver, "this machine has a GPU");
        var state = Directory.CreateTempSubdirectory("gpu-");
        var run = await ToolRun.RunAsync(state.FullName, "gpu");
        state.Delete(recursive: true);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.StandardError);
        Assert.Equal("There is no GPU here that this user can see.", run.StandardOutput.Trim());
    }

    [Fact(Timeout = 60_000)]
    public async Task As_JSON_there_are_six_lists()
    {
        var run = await ToolRun.RunAsync(null, "gpu", "--json");

        using var json = JsonDocument.Parse(run.StandardOutput);
        Assert.All(
            ["devices", "holders", "leases", "waiting", "quarantine", "faults"],
            (string name) => Assert.Equal(JsonValueKind.Array, json.RootElement.GetProperty(name).ValueKind));
    }

    [Fact(Timeout = 60_000)]
    public async Task Devices_and_holders_are_tables()
    {
        await Task.CompletedTask;
        var gpu = new GpuDevice
        {
            Uuid = "GPU-0",
            Vendor = GpuVendor.Nvidia,
            Index = 0,
            PciAddress = "0000:4a:00.0",
            Name = "Stand-in GPU",
            TotalMemory = 80 * 1024 * MiB,
            UsedMemory = 516 * MiB,
            MemorySource = GpuMemorySource.NvmlV1,
        };
        var mig = gpu with { Uuid = "MIG-1", Index = 2, ParentUuid = "GPU-0", UsedMemory = null, MemorySource = GpuMemorySource.None };
        var reading = new GpuReading([gpu, mig], [new("MIG-1", 4711, 3 * MiB, true), new("MIG-1", 12, null, false)], []);

        Assert.Equal(
            [
                "GPU  NAME          USED       TOTAL     PCI           UUID   NOTE",
                "0    Stand-in GPU  516.0 MiB  80.0 GiB  0000:4a:00.0  GPU-0  used includes the driver's reserve",
                "  2  Stand-in GPU  unknown    80.0 GiB  0000:4a:00.0  MIG-1",
                "",
                "PID   MEMORY   UUID   COMMAND",
                "4711  3.0 MiB  MIG-1  server --port 1",
                "12    unknown  MIG-1  (hidden, of another PID namespace, or just ended)",
            ],
            GpuTable.Lines(reading, _ => "server --port 1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Leases_waiting_starts_and_the_quarantine_are_tables_where_there_are_any()
    {
        await Task.CompletedTask;
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        time = new DateTimeOffset(time.DateTime, TimeZoneInfo.Local.GetUtcOffset(time.DateTime));
        var note = new GpuNote { Pid = 12, Label = "B", Since = time, Devices = ["GPU-0", "GPU-1"] };
        var entry = new GpuQuarantineEntry
        {
            Culprit = "C",
            Since = time,
            Devices = [new("GPU-2", "GPU 2", GpuMemorySource.NvmlV2, 2048 * MiB, null, "It is lost.")],
        };

        Assert.Empty(GpuTable.Lines(new GpuSharing([], [], [])));
        Assert.Equal(
            [
                "",
                "LEASED  PID      SINCE                BY",
                "GPU-0   4711     2026-01-02 03:04:05  A",
                "GPU-1   unknown  unknown              (not a server of TestReaper)",
                "",
                "WAITING  SINCE                BY  FOR",
                "12       2026-01-02 03:04:05  B   GPU-0, GPU-1",
                "",
                "QUARANTINE  USED     TARGET   SINCE                LEAKED BY",
                "GPU-2       unknown  2.0 GiB  2026-01-02 03:04:05  C",
            ],
            GpuTable.Lines(new GpuSharing([new("GPU-0", 4711, "A", time), new("GPU-1", null, "", null)], [note], [entry])));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_lock_of_a_script_and_a_note_of_a_dead_process_are_shown()
    {
        var state = Directory.CreateTempSubdirectory("gpu-");
        var gpu = Directory.CreateDirectory(Path.Combine(state.FullName, "testreaper", "gpu"));
        gpu.Parent!.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var path = Path.Combine(gpu.FullName, "GPU-7.lock");
        await File.WriteAllTextAsync(path, """{"Pid":999999999,"StartTime":1,"Label":"Stale","Devices":["GPU-7"]}""");
        var free = await ToolRun.RunAsync(state.FullName, "gpu", "--json");

        // The runtime locks the file by flock(2), as a script does.
        await using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var run = await ToolRun.RunAsync(state.FullName, "gpu", "--json");

        using (var json = JsonDocument.Parse(free.StandardOutput))
        {
            Assert.Equal(0, json.RootElement.GetProperty("leases").GetArrayLength());
        }

        using (var json = JsonDocument.Parse(run.StandardOutput))
        {
            var lease = Assert.Single(json.RootElement.GetProperty("leases").EnumerateArray());
            Assert.Equal("GPU-7", lease.GetProperty("device").GetString());
            Assert.Equal(Environment.ProcessId, lease.GetProperty("pid").GetInt32());
            Assert.DoesNotContain("Stale", run.StandardOutput, StringComparison.Ordinal);
        }

        state.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reading_with_faults_alone_does_not_say_that_there_is_no_GPU()
    {
        await Task.CompletedTask;
        var reading = GpuReading.Failed(GpuFaultKind.NoAnswer, "The GPU drivers gave no answer within 30.0 s.");

        Assert.Equal(["No GPU could be read."], GpuTable.Lines(reading, _ => ""));
    }
}

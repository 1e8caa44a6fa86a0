using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Platform;

namespace TestReaper.TestHost;

/// <summary>
/// Leases GPUs of a stand-in driver, several at the same time. Each lease adds a line to the log of this process when it begins and when it
/// ends, and opens a file for each device exclusively, which the runtime does by flock(2) of its own: a device that is leased twice is
/// noticed twice.
/// </summary>
/// <remarks>
/// Arguments: four roots of <see cref="GpuRoots"/>, the directory of the logs, and one argument COUNT:MILLISECONDS or
/// COUNT:MILLISECONDS:TIMES for each thread of leases. A time of 0 holds the lease until the standard input ends; then
/// "held UUIDS" is printed. The argument <c>server</c> starts a server with one GPU instead.
/// </remarks>
internal sealed class GpuLeaseScenario(string directory)
{
    private readonly object _gate = new();

    public static async Task RunAsync(string[] args)
    {
        var platform = ProcessPlatform.Current;
        GpuMonitor.Current = new GpuMonitor(platform, new GpuRoots(args[0], args[1], args[2], args[3]));
        if (args[5] == "server")
        {
            await RunServerAsync(args[4]);
            return;
        }

        var scenario = new GpuLeaseScenario(args[4]);
        await Task.WhenAll(args[5..].Select((lease, i) =>
        {
            var parts = lease.Split(':').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
            return scenario.RepeatAsync($"{Environment.ProcessId}-{i}", parts[0], parts[1], parts.ElementAtOrDefault(2));
        }));
        Console.WriteLine("done");
    }

    private static async Task RunServerAsync(string directory)
    {
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = "/bin/sleep",
            Arguments = ["60"],
            LogDirectory = directory,
            Gpu = new GpuRequirement(),
        });
        Console.WriteLine($"held {string.Join(',', server.GpuDevices)}");
        await Console.In.ReadToEndAsync();
    }

    private async Task RepeatAsync(string name, int count, int milliseconds, int times)
    {
        for (var i = 0; i < Math.Max(1, times); i++)
        {
            await HoldAsync($"{name}-{i}", count, milliseconds);
        }
    }

    private async Task HoldAsync(string name, int count, int milliseconds)
    {
        var requirement = new GpuRequirement(count) { LeaseTimeout = TimeSpan.FromMinutes(2), IdleTimeout = TimeSpan.FromSeconds(30) };
        Log($"wait {name}");
        using var lease = await GpuLeases.AcquireAsync(
            requirement, new Dictionary<string, string>(), name, NullLogger.Instance, CancellationToken.None)
            ?? throw new InvalidOperationException("no lease");
        var files = lease.Uuids.Select(Use).ToList();
        Log($"begin {name} {string.Join(',', lease.Uuids)}");
        if (milliseconds == 0)
        {
            Console.WriteLine($"held {string.Join(',', lease.Uuids)}");
            await Console.In.ReadToEndAsync();
        }

        await Task.Delay(milliseconds);
        Log($"end {name} {string.Join(',', lease.Uuids)}");
        files.ForEach(file => file?.Dispose());
    }

    private FileStream? Use(string uuid)
    {
        try
        {
            return new FileStream(Path.Combine(directory, $"use-{uuid}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            Log($"twice {uuid}");
            return null;
        }
    }

    // The runtime appends at the end that it found, not by O_APPEND: processes with one log would overwrite each other's lines.
    private void Log(string line)
    {
        lock (_gate)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp()} {line}\n");
            File.AppendAllText(Path.Combine(directory, $"{Environment.ProcessId}.log"), text);
        }
    }
}

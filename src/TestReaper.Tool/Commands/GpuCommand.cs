using System.CommandLine;
using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tool.Parsing;
using TestReaper.Tool.Reporting;

namespace TestReaper.Tool.Commands;

/// <summary><c>testreaper gpu</c></summary>
internal static class GpuCommand
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private const string Examples = """
        NVIDIA's GPUs are read by NVML, AMD's by KFD and sysfs, those of Intel and others by the descriptors of the processes that this
        user may read. A driver that does not answer is reported after --timeout and never keeps this command from exiting.

        Examples:
          testreaper gpu
          testreaper gpu --json | jq '.holders[] | {pid, bytes}'

        Exit codes: 0 everything was read, also if there is no GPU; 3 a driver or a GPU could not be read, or only in part.
        """;

    public static Command Create()
    {
        var timeout = new Option<TimeSpan?>("--timeout")
        {
            Description = "The time that the drivers have for an answer. The first user of an idle GPU waits seconds for it. Default: 30.",
            HelpName = "SECONDS",
            CustomParser = SecondsParser.Parse,
        };
        var command = new CommandWithExamples(
            "gpu", "Shows the GPUs of this machine, how much of their memory is used, and which processes hold it.", Examples)
        {
            timeout, CommandOutput.Json,
        };
        command.SetAction(result => Run(result.GetValue(timeout) ?? DefaultTimeout, result.GetValue(CommandOutput.Json)));
        return command;
    }

    private static int Run(TimeSpan limit, bool isJson)
    {
        var platform = ProcessPlatform.Current;
        using var telemetry = new GpuTelemetry(platform);
        var reading = telemetry.Read(limit);
        var visible = reading.Holders.Where(holder => holder.IsVisible).Select(holder => holder.Pid).ToHashSet();
        var mask = ProcessSecrets.MaskOf(platform, visible);
        string CommandLineOf(int pid) => visible.Contains(pid) ? mask.CommandLine(platform, pid) : "";
        if (isJson)
        {
            CommandOutput.WriteJson(ToJson(reading, CommandLineOf));
        }
        else
        {
            GpuTable.Lines(reading, CommandLineOf).ToList().ForEach(CommandOutput.WriteLine);
        }

        foreach (var fault in reading.Faults)
        {
            CommandOutput.WriteError(fault.Text);
        }

        return reading.Faults.Count > 0 ? ExitCodes.SystemError : ExitCodes.Success;
    }

    private static object ToJson(GpuReading reading, Func<int, string> commandLineOf) => new
    {
        devices = reading.Devices.Select(device => new
        {
            device.Uuid,
            vendor = device.Vendor.ToString(),
            device.Index,
            device.PciAddress,
            device.Name,
            computeCapability = device.ComputeCapability?.ToString(),
            device.TotalMemory,
            device.UsedMemory,
            memorySource = device.MemorySource.ToString(),
            kind = device.Kind.ToString(),
            device.ParentUuid,
        }),
        holders = reading.Holders.Select(holder => new
        {
            device = holder.DeviceUuid,
            holder.Pid,
            holder.Bytes,
            holder.IsVisible,
            commandLine = commandLineOf(holder.Pid),
        }),
        faults = reading.Faults.Select(fault => new { device = fault.DeviceUuid, kind = fault.Kind.ToString(), fault.Text }),
        mechanism = reading.Mechanism.ToString(),
    };
}

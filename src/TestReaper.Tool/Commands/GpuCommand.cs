using System.CommandLine;
using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Quarantine;
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

        Servers that require GPUs lease them. A script leases one with flock(1), for as long as its command runs:
          flock "$XDG_RUNTIME_DIR/testreaper/gpu/GPU-<uuid>.lock" COMMAND
        A GPU whose memory did not come back after a server is in quarantine: later servers are refused until it has.

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
            "gpu",
            "Shows the GPUs of this machine, how much of their memory is used, which processes hold it, and which servers lease them.",
            Examples)
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
        var sharing = new GpuSharing(GpuLeases.List(), GpuLeases.Waiting(), GpuQuarantine.List());
        if (isJson)
        {
            CommandOutput.WriteJson(ToJson(reading, sharing, CommandLineOf));
        }
        else
        {
            GpuTable.Lines(reading, CommandLineOf).Concat(GpuTable.Lines(sharing)).ToList().ForEach(CommandOutput.WriteLine);
        }

        foreach (var fault in reading.Faults)
        {
            CommandOutput.WriteError(fault.Text);
        }

        return reading.Faults.Count > 0 ? ExitCodes.SystemError : ExitCodes.Success;
    }

    private static object ToJson(GpuReading reading, GpuSharing sharing, Func<int, string> commandLineOf) => new
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
        leases = sharing.Leases.Select(lease => new { lease.Device, lease.Pid, lease.Label, lease.Since }),
        waiting = sharing.Waiting.Select(note => new { note.Devices, note.Pid, note.Label, note.Since }),
        quarantine = sharing.Quarantine.Select(entry => new
        {
            entry.Culprit,
            entry.Since,
            devices = entry.Devices.Select(device => new
            {
                device.Uuid,
                memorySource = device.MemorySource.ToString(),
                device.Target,
                device.Used,
                device.Reason,
            }),
        }),
        faults = reading.Faults.Select(fault => new { device = fault.DeviceUuid, kind = fault.Kind.ToString(), fault.Text }),
        mechanism = reading.Mechanism.ToString(),
    };
}

using System.Globalization;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;
using TestReaper.Servers.Ports;

namespace TestReaper.Tool.Doctor;

/// <summary>What may run out.</summary>
internal static class LimitRows
{
    // A reap holds a descriptor for each member, beside those of the test host.
    private const long EnoughFiles = 1024, EnoughProcesses = 256, EnoughPorts = 1000;

    public static IEnumerable<DoctorRow> Find(IProcessPlatform platform)
    {
        yield return FindFiles(platform.Facts?.Limit(LimitedResource.OpenFiles));
        yield return FindProcesses(platform.Facts?.Limit(LimitedResource.Processes));
        yield return FindBudget(platform.Facts?.ProcessBudget);
        yield return FindLockedMemory(platform.Facts?.Limit(LimitedResource.LockedMemory));
        yield return FindPorts(platform.Sockets.EphemeralPorts);
    }

    private static DoctorRow FindFiles(ResourceLimit? limit)
    {
        const string Name = "open files";
        return limit is { Soft: { } soft } && soft < EnoughFiles
            ? new(
                Name, RowState.Limited, Text($"{soft} (hard limit {Number(limit.Value.Hard)})"),
                "A tree with more processes than free descriptors is waited for by polling, and the test host itself may run out.",
                Text($"ulimit -n {EnoughFiles} or more, before the tests."))
            : DoctorRow.Ok(Name, Number(limit?.Soft));
    }

    private static DoctorRow FindProcesses(ResourceLimit? limit)
    {
        const string Name = "processes";
        return limit is { Soft: { } soft } && soft < EnoughProcesses
            ? new(
                Name, RowState.Limited, Text($"{soft} for this user, threads included"),
                "A server, the watchdog or the GPU helper may not start. A reap needs no new process.",
                Text($"ulimit -u {EnoughProcesses} or more, before the tests."))
            : DoctorRow.Ok(Name, $"{Number(limit?.Soft)} for this user, threads included");
    }

    private static DoctorRow FindBudget(ProcessBudget? budget)
    {
        const string Name = "pids.max";
        if (budget is not { } known)
        {
            return DoctorRow.Ok(Name, "no limit is visible in cgroup v2");
        }

        var finding = Text($"{known.Used} of {known.Max} in use in {known.Directory}");
        return known.Max - known.Used >= EnoughProcesses
            ? DoctorRow.Ok(Name, finding)
            : new(
                Name, RowState.Limited, finding,
                "A server, the watchdog or the GPU helper may not start. A reap needs no new process.",
                "Raise the limit (docker run --pids-limit, TasksMax of systemd), or end what runs there.");
    }

    private static DoctorRow FindLockedMemory(ResourceLimit? limit)
    {
        const string Name = "locked memory";
        return limit is { Soft: { } soft }
            ? new(
                Name, RowState.Limited, FoundMemory.Size(soft),
                "A server that registers memory for RDMA (NCCL over InfiniBand, UCX) may not start. CUDA's pinned memory does not count.",
                "ulimit -l unlimited, before the tests, if a server needs it.")
            : DoctorRow.Ok(Name, Number(limit?.Soft));
    }

    private static DoctorRow FindPorts((int First, int Last) ephemeral)
    {
        const string Name = "ports";
        var ports = PortAllocator.Candidates(ephemeral);
        var outside = ports.Count(port => port < ephemeral.First || port > ephemeral.Last);
        var finding = Text($"{outside} outside the ephemeral range {ephemeral.First}-{ephemeral.Last}");
        return outside >= EnoughPorts
            ? DoctorRow.Ok(Name, finding)
            : new(
                Name, RowState.Limited, finding, "An outgoing connection may take the port of a server before the server binds it.",
                "sysctl -w net.ipv4.ip_local_port_range=\"32768 60999\"");
    }

    private static string Number(long? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

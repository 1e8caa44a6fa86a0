using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu.Release;

/// <summary>One device in one reading, with its holders divided into the tree and the others.</summary>
internal sealed class GpuDeviceState
{
    private const int MaxNamed = 3;
    private readonly GpuTree _tree;
    private readonly GpuHolder[] _treeHolders;
    private readonly GpuHolder[] _neighbours;

    public GpuDeviceState(GpuDevice device, GpuReading reading, GpuTree tree, GpuRoots roots)
    {
        (Device, _tree) = (device, tree);
        var hasForeignPids = GpuDeviceRelease.HasForeignPids(device, roots);
        GpuHolder[] holders = [.. reading.AllHoldersOf(device.Uuid)];
        _treeHolders = [.. holders.Where(holder => (holder.IsVisible || !hasForeignPids) && tree.Contains(holder.Pid))];
        _neighbours = [.. holders.Where(holder => holder.IsVisible).Except(_treeHolders)];
        Outside = _neighbours.Sum(holder => holder.Bytes ?? 0);

        // Of the faults of a device, one may concern its memory. A further one means that its processes could not be listed.
        GpuFault[] faults = [.. reading.Faults.Where(fault => fault.DeviceUuid == device.Uuid)];
        Faults = GpuText.Join(faults);
        var expected = ReportsMemory && device.UsedMemory is null ? 1 : 0;
        var isListed = faults.Length <= expected || device.MemorySource == GpuMemorySource.Fdinfo;
        var hidden = holders.Except(_treeHolders).FirstOrDefault(holder => !holder.IsVisible);
        PidDoubt = hasForeignPids ? "the driver lists pids of another PID namespace"
            : !isListed ? $"its processes could not be listed: {Faults}"
            : hidden is not null ? $"the driver lists process {hidden.Pid}, which is not visible from here"
            : null;
    }

    public GpuDevice Device { get; }

    /// <summary>Whether the used memory of the device can prove anything.</summary>
    public bool ReportsMemory => Device is { Kind: GpuKind.Discrete, MemorySource: not GpuMemorySource.Fdinfo };

    /// <summary>The pids of the tree that are still listed.</summary>
    public IReadOnlyList<int> TreePids => [.. _treeHolders.Select(holder => holder.Pid)];

    /// <summary>What visible processes outside the tree hold, as far as the driver reports it.</summary>
    public long Outside { get; }

    /// <summary>Why the list of processes does not prove who holds memory; null if it does.</summary>
    public string? PidDoubt { get; }

    /// <summary>The faults of this device as one clause; null if there are none.</summary>
    public string? Faults { get; }

    public string DescribeTree() =>
        List(_treeHolders, holder => holder.Bytes is { } bytes ? $" with {FoundMemory.Size(bytes)}" : "")
        + ", which the driver still lists";

    public string DescribeAmounts(long target)
    {
        var used = Device.UsedMemory ?? 0;
        var total = Device.TotalMemory is { } all ? $" of {FoundMemory.Size(all)}" : "";
        var above = used > target ? $", {FoundMemory.Size(used - target)} above the target of {FoundMemory.Size(target)}" : "";
        return $"{FoundMemory.Size(used)}{total} are used{above}";
    }

    /// <summary>Why the memory was not verified, where the pids alone decide.</summary>
    public string? DescribeMemory() => Device switch
    {
        { Kind: GpuKind.Coherent, UsedMemory: { } used } =>
            $"only its processes were verified, since the operating system owns its memory, of which {FoundMemory.Size(used)} are used",
        { Kind: GpuKind.Coherent } => "only its processes were verified, since the operating system owns its memory",
        { Kind: GpuKind.Unified } => "only its processes were verified, since it uses the memory of the system",
        _ => "only its processes were verified, since its driver does not report the used memory",
    };

    /// <summary>What processes outside the tree hold; null if it is nothing that the driver reports.</summary>
    public string? DescribeNeighbours()
    {
        GpuHolder[] known = [.. _neighbours.Where(holder => holder.Bytes > 0).OrderByDescending(holder => holder.Bytes)];
        return known.Length == 0 ? null : List(known, holder => $" outside the tree holds {FoundMemory.Size(holder.Bytes!.Value)}");
    }

    /// <summary>A process outside the tree that holds an unknown amount and did not before the launch; null if there is none.</summary>
    public string? FindUnmeasured(GpuBaseline before) =>
        _neighbours.FirstOrDefault(holder => holder.Bytes is null && !before.Unmeasured.Contains(holder.Pid)) is { } neighbour
            ? $"{Describe(neighbour)}, which is outside the tree" : null;

    /// <summary>A process that held an unknown amount before the launch and is not listed now; null if there is none.</summary>
    public int? FindLeftUnmeasured(GpuBaseline before) =>
        before.Unmeasured.Where(pid => !_neighbours.Any(holder => holder.Pid == pid)).Cast<int?>().FirstOrDefault();

    private string List(GpuHolder[] holders, Func<GpuHolder, string> rest) =>
        string.Join(", ", holders.Take(MaxNamed).Select(holder => Describe(holder) + rest(holder)))
            + (holders.Length > MaxNamed ? $" and {holders.Length - MaxNamed} more" : "");

    private string Describe(GpuHolder holder) =>
        holder.Pid == Environment.ProcessId ? $"this test host (process {holder.Pid})" : _tree.Describe(holder.Pid);
}

namespace TestReaper.Gpu;

/// <summary>The GPUs of the machine at one moment, and what holds them. Without a GPU all three lists are empty.</summary>
internal sealed record GpuReading(IReadOnlyList<GpuDevice> Devices, IReadOnlyList<GpuHolder> Holders, IReadOnlyList<GpuFault> Faults)
{
    public static GpuReading Empty { get; } = new([], [], []);

    /// <summary>How the drivers were queried.</summary>
    public GpuMechanism Mechanism { get; init; }

    /// <summary>
    /// What this process and its helper hold. They are never among <see cref="Holders"/>, but their memory counts as used.
    /// </summary>
    public IReadOnlyList<GpuHolder> OwnHolders { get; private init; } = [];

    /// <summary>Null if everything was read.</summary>
    public string? FirstFault => Faults.Count > 0 ? Faults[0].Text : null;

    /// <summary>The holders of a device, including this process and its helper.</summary>
    public IEnumerable<GpuHolder> AllHoldersOf(string uuid) => Holders.Concat(OwnHolders).Where(holder => holder.DeviceUuid == uuid);

    public static GpuReading Failed(GpuFaultKind kind, string text) => new([], [], [new(null, kind, text)]);

    public static string NoAnswerText(TimeSpan limit) => string.Create(
        CultureInfo.InvariantCulture, $"The GPU drivers gave no answer within {limit.TotalSeconds:0.0} s. The query was abandoned.");

    /// <summary>Moves the holders with these pids to <see cref="OwnHolders"/>.</summary>
    public GpuReading WithOwn(params int[] pids)
    {
        bool IsOwn(GpuHolder holder) => holder.IsVisible && pids.Contains(holder.Pid);
        return this with
        {
            Holders = [.. Holders.Where(holder => !IsOwn(holder))],
            OwnHolders = [.. Holders.Where(IsOwn)],
        };
    }
}

internal enum GpuMechanism
{
    /// <summary>There is no driver to query.</summary>
    None,

    /// <summary>A query that hangs costs a process, which is abandoned.</summary>
    HelperProcess,

    /// <summary>A query that hangs in the kernel keeps this process from exiting.</summary>
    BackgroundThread,
}

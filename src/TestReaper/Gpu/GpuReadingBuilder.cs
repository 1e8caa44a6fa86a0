namespace TestReaper.Gpu;

/// <summary>Collects what the sources find.</summary>
internal sealed class GpuReadingBuilder(GpuRoots roots)
{
    private readonly Dictionary<(string Uuid, int Pid, bool IsForeign), GpuHolder> _holders = [];

    public List<GpuDevice> Devices { get; } = [];

    public List<GpuFault> Faults { get; } = [];

    /// <summary>Adds a holder. A process that several lists have holds the largest amount of them: the lists overlap.</summary>
    /// <param name="uuid">The device.</param>
    /// <param name="pid">The process.</param>
    /// <param name="bytes">Its memory; null if it is not known.</param>
    /// <param name="isForeign">Whether the pid is of another PID namespace, whatever /proc shows under this number.</param>
    public void AddHolder(string uuid, int pid, long? bytes, bool isForeign = false)
    {
        var known = _holders.GetValueOrDefault((uuid, pid, isForeign))?.Bytes;
        var isVisible = !isForeign && Directory.Exists(roots.ProcOf(pid));
        _holders[(uuid, pid, isForeign)] = new(uuid, pid, bytes > (known ?? -1) ? bytes : known, isVisible);
    }

    public void AddFault(string? uuid, GpuFaultKind kind, string text) => Faults.Add(new(uuid, kind, text));

    public GpuReading Build() => new(Devices, [.. _holders.Values.OrderBy(holder => holder.Pid)], Faults);
}

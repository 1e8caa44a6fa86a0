namespace TestReaper.Gpu.Drm;

/// <summary>
/// The clients of all render nodes, by process. Reading another process's descriptors needs the right to trace it: own user and dumpable,
/// or root. Descriptors that were duplicated or inherited show the same client, which counts once for each process and once for its device.
/// </summary>
internal sealed class FdinfoScan
{
    private const string RenderNodes = "/dev/dri/";
    private readonly HashSet<(string? Address, string Client)> _counted = [];

    /// <summary>The memory of each process on each device, by the PCI address; null if the driver prints none.</summary>
    public Dictionary<(string Address, int Pid), long?> Processes { get; } = [];

    /// <summary>The memory of each device over all clients that are visible.</summary>
    public Dictionary<string, long> Devices { get; } = [];

    /// <summary>How many processes could not be read.</summary>
    public int Unreadable { get; private set; }

    /// <param name="roots">Where /proc is.</param>
    /// <param name="addressOf">The address of the only device of a driver, for clients that print none.</param>
    public static FdinfoScan Run(GpuRoots roots, Func<string, string?> addressOf)
    {
        var scan = new FdinfoScan();
        foreach (var process in TextFile.TryList(roots.Proc) ?? [])
        {
            if (TextFile.PidOf(process) is { } pid)
            {
                scan.AddProcess(process, pid, addressOf);
            }
        }

        return scan;
    }

    private void AddProcess(string process, int pid, Func<string, string?> addressOf)
    {
        if (TextFile.TryList(Path.Combine(process, "fd")) is not { } descriptors)
        {
            // A process that has just ended has no directory any more.
            Unreadable += Directory.Exists(process) ? 1 : 0;
            return;
        }

        var seen = new HashSet<(string, string)>();
        foreach (var descriptor in descriptors.Where(IsOfRenderNode))
        {
            var name = Path.GetFileName(descriptor);
            var text = TextFile.TryRead(Path.Combine(process, "fdinfo", name)) ?? "";
            if (FdinfoClient.Parse(text) is { } client && (client.PciAddress ?? addressOf(client.Driver)) is { } address)
            {
                // A client without an id cannot be recognized: each of its descriptors counts.
                var id = client.ClientId ?? $"{pid}/{name}";
                AddClient(address, pid, client.Bytes, isNew: seen.Add((address, id)), isFirst: _counted.Add((address, id)));
            }
        }
    }

    private void AddClient(string address, int pid, long? bytes, bool isNew, bool isFirst)
    {
        if (isNew)
        {
            var known = Processes.GetValueOrDefault((address, pid));
            Processes[(address, pid)] = bytes is null ? known : known.GetValueOrDefault() + bytes;
        }

        if (isFirst && bytes is { } more)
        {
            Devices[address] = Devices.GetValueOrDefault(address) + more;
        }
    }

    private static bool IsOfRenderNode(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)
                ?.FullName.StartsWith(RenderNodes, StringComparison.Ordinal) == true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

namespace TestReaper.Gpu.Visibility;

/// <summary>A list of devices in an environment variable, as the runtimes of the vendors read it.</summary>
internal static class DeviceList
{
    /// <summary>
    /// The devices that the list names, each once, in its order. An entry is a number, a UUID, or the beginning of exactly one UUID. An
    /// invalid entry ends the list: <c>0,2,-1,1</c> is 0 and 2.
    /// </summary>
    /// <param name="text">The value of the variable. An empty one names no device.</param>
    /// <param name="numbered">The devices by their numbers.</param>
    /// <param name="named">The devices that may be named by UUID.</param>
    public static IReadOnlyList<GpuDevice> Parse(string text, IReadOnlyList<GpuDevice> numbered, IReadOnlyList<GpuDevice> named)
    {
        var found = new List<GpuDevice>();
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Find(entry, numbered, named) is not { } device)
            {
                break;
            }

            if (!found.Contains(device))
            {
                found.Add(device);
            }
        }

        return found;
    }

    /// <summary>The GPUs of ZE_AFFINITY_MASK. <c>2.0</c> is a part of GPU 2, of which the whole counts.</summary>
    public static IReadOnlyList<GpuDevice> ParseMask(string text, IReadOnlyList<GpuDevice> numbered) =>
        Parse(string.Join(',', text.Split(',').Select(static entry => entry.Split('.')[0])), numbered, []);

    /// <summary>The numbers of SLURM: also ranges such as <c>0-3</c>.</summary>
    public static IReadOnlyList<GpuDevice> ParseRanges(string text, IReadOnlyList<GpuDevice> numbered)
    {
        var numbers = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Expand).ToList();

        // Where SLURM confines the job by cgroup, only its GPUs are visible, and they are numbered anew.
        return numbers.Count >= numbered.Count
            ? numbered
            : [.. numbers.Where(number => number < numbered.Count).Distinct().Select(number => numbered[number])];
    }

    private static GpuDevice? Find(string entry, IReadOnlyList<GpuDevice> numbered, IReadOnlyList<GpuDevice> named)
    {
        if (int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number < numbered.Count ? numbered[number] : null;
        }

        if (!entry.StartsWith("GPU-", StringComparison.OrdinalIgnoreCase) && !entry.StartsWith("MIG-", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        GpuDevice[] matches = [.. named.Where(device => device.Uuid.StartsWith(entry, StringComparison.OrdinalIgnoreCase))];
        return Array.Find(matches, device => device.Uuid.Length == entry.Length) ?? (matches is [var only] ? only : null);
    }

    private static IEnumerable<int> Expand(string entry)
    {
        var ends = entry.Split('-');
        return ends.Length <= 2 && TryParse(ends[0], out var first) && TryParse(ends[^1], out var last) && last >= first
            ? Enumerable.Range(first, Math.Min(last - first + 1, 1024))
            : [];
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

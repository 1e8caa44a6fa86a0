namespace TestReaper.Gpu.Drm;

/// <summary>A GPU as KFD, AMD's compute driver, numbers it.</summary>
/// <param name="GpuId">The number in the file names of its processes.</param>
/// <param name="PciAddress">The address, by which it is matched with its card.</param>
/// <param name="IsUnified">Whether it shares the memory of the processors of its node (APU).</param>
internal sealed record KfdGpu(string GpuId, string PciAddress, bool IsUnified)
{
    /// <summary>All GPUs, in the order in which ROCm numbers them. Nodes of processors have the number 0.</summary>
    public static IEnumerable<KfdGpu> All(GpuRoots roots)
    {
        var nodes = TextFile.TryList(Path.Combine(roots.Kfd, "topology/nodes")) ?? [];
        foreach (var node in nodes.OrderBy(path => TextFile.PidOf(path) ?? int.MaxValue))
        {
            if (TextFile.TryReadNumber(Path.Combine(node, "gpu_id")) is { } id and not 0)
            {
                var text = TextFile.TryRead(Path.Combine(node, "properties")) ?? "";
                var location = ValueOf(text, "location_id");
                var address = $"{ValueOf(text, "domain"):x4}:{location >> 8:x2}:{(location >> 3) & 31:x2}.{location & 7}";
                yield return new KfdGpu(id.ToString(CultureInfo.InvariantCulture), address, ValueOf(text, "cpu_cores_count") > 0);
            }
        }
    }

    private static long ValueOf(string properties, string key) =>
        properties.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(words => words.Length == 2 && words[0] == key)
            .Select(words => long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0)
            .FirstOrDefault();
}

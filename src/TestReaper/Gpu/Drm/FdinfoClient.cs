namespace TestReaper.Gpu.Drm;

/// <summary>What /proc/PID/fdinfo/FD says about a descriptor of a render node: one client of a device.</summary>
/// <param name="Driver">The driver, such as amdgpu, xe or i915.</param>
/// <param name="PciAddress">Null if the driver does not print it (i915 before Linux 6.0).</param>
/// <param name="ClientId">Descriptors with the same id on the same device share the same memory.</param>
/// <param name="Bytes">The memory of the device that the client uses; null if the driver prints none.</param>
internal sealed record FdinfoClient(string Driver, string? PciAddress, string? ClientId, long? Bytes)
{
    // The regions of a device's own memory: vram (amdgpu), vram0 (xe), local0 (i915). All others are memory of the system.
    private static readonly string[] Regions = ["vram", "local"];

    // The newest key comes first. They say the same, so only one counts; "memory" is the old name of "resident".
    private static readonly string[] Keys = ["drm-resident-", "drm-memory-", "drm-total-"];

    /// <summary>Parses the grammar of drm-usage-stats.rst. Null if the descriptor is not one of a GPU's driver.</summary>
    public static FdinfoClient? Parse(string text)
    {
        var values = new Dictionary<string, string>();
        foreach (var line in text.Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                values.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        return values.GetValueOrDefault("drm-driver") is { Length: > 0 } driver
            ? new(driver, values.GetValueOrDefault("drm-pdev"), values.GetValueOrDefault("drm-client-id"), MemoryIn(values))
            : null;
    }

    private static long? MemoryIn(Dictionary<string, string> values) => Keys
        .Select(key => values
            .Where(pair => pair.Key.StartsWith(key, StringComparison.Ordinal) && IsRegion(pair.Key[key.Length..]))
            .Select(pair => ParseBytes(pair.Value))
            .Where(bytes => bytes is not null)
            .ToList())
        .FirstOrDefault(found => found.Count > 0)?.Sum();

    private static bool IsRegion(string name) =>
        Array.Exists(Regions, region => name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') == region);

    private static long? ParseBytes(string value)
    {
        var words = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var unit = words.ElementAtOrDefault(1) switch { null => 1L, "KiB" => 1L << 10, "MiB" => 1L << 20, "GiB" => 1L << 30, _ => 0 };
        return unit > 0 && long.TryParse(words.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * unit
            : null;
    }
}

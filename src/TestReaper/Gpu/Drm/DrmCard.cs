namespace TestReaper.Gpu.Drm;

/// <summary>A card with a render node, from /sys/class/drm.</summary>
/// <param name="Directory">Its <c>device</c> directory.</param>
/// <param name="Index">N of <c>cardN</c>.</param>
/// <param name="Driver">Its kernel driver, such as amdgpu or xe.</param>
/// <param name="PciAddress">Like <c>0000:03:00.0</c>; null for a device of another bus.</param>
internal sealed record DrmCard(string Directory, int Index, string Driver, string? PciAddress)
{
    private const long Amd = 0x1002, Intel = 0x8086, Nvidia = 0x10de;

    public GpuVendor Vendor => ReadHex("vendor") switch
    {
        Amd => GpuVendor.Amd,
        Intel => GpuVendor.Intel,
        Nvidia => GpuVendor.Nvidia,
        _ => GpuVendor.Other,
    };

    /// <summary>amdgpu has an id, which ROCR_VISIBLE_DEVICES takes in this form. Other cards are known by their address.</summary>
    public string Uuid => ReadHex("unique_id") is { } id and not 0 ? $"GPU-{id:x16}" : $"PCI-{PciAddress ?? $"card{Index}"}";

    public string? Name => TextFile.TryRead(Path.Combine(Directory, "product_name")) is { Length: > 0 } name ? name : Driver;

    public long? TotalMemory => TextFile.TryReadNumber(Path.Combine(Directory, "mem_info_vram_total"));

    public long? UsedMemory => TextFile.TryReadNumber(Path.Combine(Directory, "mem_info_vram_used"));

    /// <summary>All cards with a render node. NVIDIA's own driver is left out: NVML reports its cards.</summary>
    public static IEnumerable<DrmCard> All(GpuRoots roots)
    {
        foreach (var entry in TextFile.TryList(roots.DrmCards) ?? [])
        {
            // Connectors are listed beside their card, as card0-DP-1.
            var name = Path.GetFileName(entry);
            if (!name.StartsWith("card", StringComparison.Ordinal) || TextFile.PidOf(name["card".Length..]) is not { } index)
            {
                continue;
            }

            var directory = Path.Combine(entry, "device");
            var isRenderer = TextFile.TryList(Path.Combine(directory, "drm"))?.Any(IsRenderNode) == true;
            var lines = (TextFile.TryRead(Path.Combine(directory, "uevent")) ?? "").Split('\n');
            var driver = ValueOf(lines, "DRIVER=") ?? "";
            if (isRenderer && driver != "nvidia")
            {
                yield return new DrmCard(directory, index, driver, ValueOf(lines, "PCI_SLOT_NAME="));
            }
        }
    }

    private static bool IsRenderNode(string path) => Path.GetFileName(path).StartsWith("renderD", StringComparison.Ordinal);

    private static string? ValueOf(string[] lines, string key) =>
        Array.Find(lines, line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

    private long? ReadHex(string file)
    {
        var text = TextFile.TryRead(Path.Combine(Directory, file)) ?? "";
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text;
        return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

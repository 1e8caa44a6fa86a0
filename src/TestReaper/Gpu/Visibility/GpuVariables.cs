namespace TestReaper.Gpu.Visibility;

/// <summary>The variables that restrict a server to the devices of its lease.</summary>
internal static class GpuVariables
{
    /// <param name="leased">The devices, all of one vendor.</param>
    /// <param name="all">All devices of the machine.</param>
    /// <param name="numbers">How the runtimes number them.</param>
    /// <param name="format">How the variable names them.</param>
    /// <returns>The variables; null for one that must not be set, since both would count.</returns>
    public static IReadOnlyDictionary<string, string?> Create(
        IReadOnlyList<GpuDevice> leased, IReadOnlyList<GpuDevice> all, GpuNumbers numbers, GpuDeviceFormat format)
    {
        var numbered = numbers.Of(leased[0].Vendor, all).ToList();
        var indexes = string.Join(',', leased.Select(device => numbered.FindIndex(other => other.Uuid == device.Uuid)));
        var uuids = string.Join(',', leased.Select(device => device.Uuid));
        var isByIndex = format == GpuDeviceFormat.Index;
        return leased[0].Vendor switch
        {
            GpuVendor.Nvidia when isByIndex && leased.All(device => device.ParentUuid is null) => new Dictionary<string, string?>
            {
                ["CUDA_VISIBLE_DEVICES"] = indexes,
                ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID",
            },
            GpuVendor.Nvidia => new Dictionary<string, string?> { ["CUDA_VISIBLE_DEVICES"] = uuids },
            GpuVendor.Amd => new Dictionary<string, string?>
            {
                // A card without an id has no UUID that ROCm knows.
                ["ROCR_VISIBLE_DEVICES"] = isByIndex || !leased.All(HasUuid) ? indexes : uuids,
                ["HIP_VISIBLE_DEVICES"] = null,
                ["GPU_DEVICE_ORDINAL"] = null,
                ["CUDA_VISIBLE_DEVICES"] = null,
            },
            _ => new Dictionary<string, string?> { ["ZE_AFFINITY_MASK"] = indexes, ["ONEAPI_DEVICE_SELECTOR"] = null },
        };
    }

    private static bool HasUuid(GpuDevice device) => device.Uuid.StartsWith("GPU-", StringComparison.Ordinal);
}

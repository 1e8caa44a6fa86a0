using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu.Skips;

/// <summary>The GPUs that tests need. Unlike a <see cref="GpuRequirement"/> it asks for no free memory and leases nothing.</summary>
/// <param name="Count">How many devices of one vendor.</param>
/// <param name="MinMemory">The total memory of each, in bytes.</param>
/// <param name="Vendor">Null for any.</param>
/// <param name="MinComputeCapability">Null for any.</param>
internal sealed record GpuCondition(int Count, long MinMemory, GpuVendor? Vendor, Version? MinComputeCapability)
{
    private const int MaxKinds = 8;

    /// <exception cref="ArgumentException">A value is out of its range; the message says how to write it.</exception>
    public static GpuCondition Create(int count, long minMemory, GpuVendor? vendor, string? minComputeCapability)
    {
        if (count < 1)
        {
            throw new ArgumentException(Text($"Count is {count}. Set it to the number of GPUs that the tests need, 1 or more."));
        }

        if (minMemory < 0)
        {
            throw new ArgumentException(
                Text($"MinMemory is {minMemory}. Set it to a number of bytes that is not negative, such as 40L << 30 for 40 GiB."));
        }

        if (vendor is { } known && !Enum.IsDefined(known))
        {
            throw new ArgumentException(Text($"Vendor is {(int)known}. Set it to a value of {nameof(GpuVendor)}."));
        }

        if (minComputeCapability is null)
        {
            return new GpuCondition(count, minMemory, vendor, null);
        }

        return Version.TryParse(minComputeCapability, out var version) && version.Build < 0
            ? new GpuCondition(count, minMemory, vendor, version)
            : throw new ArgumentException(
                $"MinComputeCapability is \"{minComputeCapability}\". Write it as major and minor version, such as \"8.0\".");
    }

    /// <summary>Null if the GPUs are there; otherwise what is needed and what was found.</summary>
    public string? FindSkipReason(GpuInventory inventory) => IsMetBy(inventory) ? null : $"needs {this}; {Describe(inventory)}";

    /// <inheritdoc/>
    public override string ToString()
    {
        var vendor = Vendor is null or GpuVendor.Other ? "" : $"{NameOf(Vendor.Value)} ";
        var article = vendor.Length > 0 ? "an" : "a";
        string?[] properties =
        [
            MinMemory > 0 ? $"at least {FoundMemory.Size(MinMemory)} of memory" : null,
            MinComputeCapability is null ? null : $"at least compute capability {MinComputeCapability}",
        ];
        var conditions = string.Join(" and ", properties.OfType<string>());
        return (Count == 1 ? $"{article} {vendor}GPU" : Text($"{Count} {vendor}GPUs"))
            + (Vendor == GpuVendor.Other ? " of a vendor other than NVIDIA, AMD and Intel" : "")
            + (conditions.Length > 0 ? $" with {conditions}" : "");
    }

    // A server with several GPUs needs GPUs of one vendor.
    private bool IsMetBy(GpuInventory inventory) =>
        inventory.Devices.Where(device => Fits(device, inventory)).GroupBy(device => device.Vendor).Any(group => group.Count() >= Count);

    private bool Fits(GpuDevice device, GpuInventory inventory) =>
        (Vendor is null || device.Vendor == Vendor)
        && (MinMemory == 0 || inventory.MemoryOf(device) >= MinMemory)
        && (MinComputeCapability is null || device.ComputeCapability >= MinComputeCapability);

    private static string Describe(GpuInventory inventory)
    {
        if (!inventory.HasDriver)
        {
            return "found no GPU driver";
        }

        var faults = string.Join(" ", inventory.Faults.Select(fault => fault.Text)).TrimEnd('.');
        var hidden = string.Concat(inventory.Hidden.Select(hidden => $"; {hidden}"));
        if (inventory.Devices.Count == 0)
        {
            return faults.Length > 0 ? $"no GPU could be read: {faults}"
                : hidden.Length > 0 ? $"found none{hidden}"
                : "found a GPU driver, but no GPU";
        }

        var kinds = inventory.Devices
            .GroupBy(device => Describe(device, inventory))
            .Select(group => group.Count() == 1 ? group.Key : Text($"{group.Count()} x {group.Key}"))
            .ToList();
        var shown = string.Join(", ", kinds.Take(MaxKinds)) + (kinds.Count > MaxKinds ? ", ..." : "");
        return Text($"found {inventory.Devices.Count}: {shown}") + hidden + (faults.Length > 0 ? $". {faults}" : "");
    }

    private static string Describe(GpuDevice device, GpuInventory inventory)
    {
        var name = device.Name ?? "GPU";
        var vendor = device.Vendor == GpuVendor.Other ? "" : $"{NameOf(device.Vendor)} ";
        var memory = inventory.MemoryOf(device) is { } bytes ? FoundMemory.Size(bytes) : "memory unknown";
        return (name.StartsWith(vendor, StringComparison.Ordinal) ? name : vendor + name)
            + $" ({memory}"
            + (device.Kind == GpuKind.Unified ? " shared with the system" : "")
            + (device.ComputeCapability is { } version ? $", compute capability {version})" : ")");
    }

    private static string NameOf(GpuVendor vendor) => vendor switch
    {
        GpuVendor.Nvidia => "NVIDIA",
        GpuVendor.Amd => "AMD",
        _ => vendor.ToString(),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

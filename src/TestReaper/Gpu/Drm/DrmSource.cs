namespace TestReaper.Gpu.Drm;

// Constraint: AMD's and Intel's drivers have no library that is always installed, but the kernel shows what is needed in files, which need
// no privilege for the card and the right to trace a process for its descriptors. Each shows a part:
// - /sys/class/drm/cardN/device: the memory of a card in use, by whatever process (amdgpu only);
// - /sys/class/kfd/kfd/proc: processes that compute (AMD), with the pids of the host also inside a container;
// - /proc/PID/fdinfo: clients of render nodes (Vulkan, Level Zero, video), of all drivers.
//
// Scheme: a card is matched with its KFD node and its fdinfo clients by PCI address, and a process that both show holds the larger of the
// two amounts, since fdinfo may or may not contain what KFD counts.
//
// Invariant: used memory comes from sysfs where the driver has it. The sum over fdinfo is a lower bound, is marked as such, and comes with
// a fault if processes could not be read.
// https://docs.kernel.org/gpu/drm-usage-stats.html, drivers/gpu/drm/amd/amdkfd/kfd_process.c

/// <summary>The GPUs of AMD, Intel and others, by files of the kernel.</summary>
internal sealed class DrmSource(GpuRoots roots)
{
    // Where Intel's processors have their GPU.
    private const string IntelIntegrated = "0000:00:02.0";

    public void Read(GpuReadingBuilder reading)
    {
        var cards = DrmCard.All(roots).ToList();
        if (cards.Count == 0)
        {
            return;
        }

        var nodes = KfdGpu.All(roots).ToList();
        var scan = FdinfoScan.Run(roots, driver => OnlyCardOf(cards, driver)?.PciAddress);
        foreach (var card in cards)
        {
            var node = nodes.Find(gpu => gpu.PciAddress == card.PciAddress);
            var device = Describe(card, node, scan);
            reading.Devices.Add(device);
            AddHolders(card, device.Uuid, node, scan, reading);
            if (device.MemorySource == GpuMemorySource.Fdinfo && scan.Unreadable > 0)
            {
                var text = $"{device.Name} {device.Uuid}: its used memory is a lower bound, since this user cannot read "
                    + $"{scan.Unreadable} processes.";
                reading.AddFault(device.Uuid, GpuFaultKind.NotVerified, text);
            }
        }

        if (nodes.Count > 0 && KfdProcesses.IsInNamespace(roots))
        {
            reading.AddFault(
                null,
                GpuFaultKind.NotVerified,
                "KFD lists processes by the pids of the host, which mean nothing in this container's PID namespace.");
        }
    }

    private static DrmCard? OnlyCardOf(List<DrmCard> cards, string driver) =>
        cards.FindAll(card => card.Driver == driver) is [var only] ? only : null;

    private static GpuDevice Describe(DrmCard card, KfdGpu? node, FdinfoScan scan)
    {
        var isUnified = node is { IsUnified: true } || (card.Vendor == GpuVendor.Intel && card.PciAddress == IntelIntegrated);
        return new GpuDevice
        {
            Uuid = card.Uuid,
            Vendor = card.Vendor,
            Index = card.Index,
            PciAddress = card.PciAddress,
            Name = card.Name,
            TotalMemory = card.TotalMemory,
            UsedMemory = card.UsedMemory ?? scan.Devices.GetValueOrDefault(card.PciAddress ?? ""),
            MemorySource = card.UsedMemory is null ? GpuMemorySource.Fdinfo : GpuMemorySource.Sysfs,
            Kind = isUnified ? GpuKind.Unified : GpuKind.Discrete,
        };
    }

    private void AddHolders(DrmCard card, string uuid, KfdGpu? node, FdinfoScan scan, GpuReadingBuilder reading)
    {
        foreach (var ((address, pid), bytes) in scan.Processes)
        {
            if (address == card.PciAddress)
            {
                reading.AddHolder(uuid, pid, bytes);
            }
        }

        if (node is not null)
        {
            KfdProcesses.Read(roots, node, uuid, reading);
        }
    }
}

using TestReaper.Gpu.Visibility;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu.Leases;

/// <summary>The devices of a reading that meet a requirement, whether or not they are free, and why the others do not.</summary>
internal sealed class GpuCandidates
{
    private static readonly GpuVendor[] Vendors = [GpuVendor.Nvidia, GpuVendor.Amd, GpuVendor.Intel];
    private readonly List<(GpuDevice Device, string Reason)> _rejected = [];
    private readonly List<GpuDevice> _matching = [];
    private readonly GpuRequirement _requirement;

    private GpuCandidates(GpuRequirement requirement) => _requirement = requirement;

    /// <summary>Whole GPUs first, in the order of the variable that restricts them.</summary>
    public IReadOnlyList<GpuDevice> Matching => _matching;

    /// <param name="reading">The devices.</param>
    /// <param name="numbers">How the runtimes number them.</param>
    /// <param name="environment">The variables that restrict them.</param>
    /// <param name="requirement">What is asked for.</param>
    public static GpuCandidates Find(
        GpuReading reading, GpuNumbers numbers, IReadOnlyDictionary<string, string> environment, GpuRequirement requirement)
    {
        var candidates = new GpuCandidates(requirement);
        var visible = new VisibleDevices(reading.Devices, numbers, environment);
        var shown = Vendors.SelectMany(visible.Of).ToList();
        var ordered = shown.Concat(reading.Devices.Except(shown)).OrderBy(device => device.ParentUuid is not null).ToList();
        foreach (var device in ordered)
        {
            if (candidates.FindMismatch(device, reading, visible, isShown: shown.Contains(device)) is { } reason)
            {
                candidates._rejected.Add((device, reason));
            }
            else
            {
                candidates._matching.Add(device);
            }
        }

        candidates.PreferDiscrete();
        return candidates;
    }

    /// <summary>Whether one vendor has enough of them without the excluded ones.</summary>
    public bool Suffice(IReadOnlyCollection<string> excluded) => GroupsWithout(excluded).Any();

    /// <summary>The candidates by vendor, where the vendor has enough of them.</summary>
    public IEnumerable<IReadOnlyList<GpuDevice>> GroupsWithout(IReadOnlyCollection<string> excluded) => _matching
        .Where(device => !excluded.Contains(device.Uuid))
        .GroupBy(device => device.Vendor)
        .Select(group => group.ToList())
        .Where(group => group.Count >= _requirement.Count);

    /// <summary>What was asked for, what was found, and why it is too few.</summary>
    public string Describe() =>
        $"It needs {Ask()}, and {(_matching.Count == 0 ? "no GPU here matches" : "too few of one vendor match")}." +
        string.Concat(_matching.Select(device => $"{Environment.NewLine}  {GpuText.Name(device)} matches.")) +
        string.Concat(_rejected.Select(pair => $"{Environment.NewLine}  {GpuText.Name(pair.Device)} does not match: {pair.Reason}."));

    private string Ask()
    {
        string?[] details =
        [
            _requirement.MinFreeMemory > 0 ? $"{FoundMemory.Size(_requirement.MinFreeMemory)} of free memory" : null,
            _requirement.MinComputeCapability is { } capability ? $"compute capability {capability}" : null,
        ];
        var with = string.Join(" and ", details.OfType<string>());
        var vendor = _requirement.Vendor is { } wanted ? $" of {wanted}" : "";
        return $"{_requirement.Count} GPU{(_requirement.Count == 1 ? "" : "s")}{vendor}{(with.Length > 0 ? $" with {with}" : "")}";
    }

    private string? FindMismatch(GpuDevice device, GpuReading reading, VisibleDevices visible, bool isShown)
    {
        var isCoveredByInstances = visible.HasInstances(device);
        return device switch
        {
            _ when isCoveredByInstances => "it is in MIG mode, in which only its instances can be used",
            _ when !Vendors.Contains(device.Vendor) => "no variable restricts a server to a GPU of its vendor",
            _ when _requirement.Vendor is { } vendor && device.Vendor != vendor => $"its vendor is {device.Vendor}",
            _ when !isShown => visible.RestrictionOf(device.Vendor) is { } text ? $"{text} leaves it out" : "its runtime does not list it",
            { ParentUuid: not null } when _requirement.Count > 1 => "CUDA uses one MIG instance per process, so a server gets at most one",
            _ when _requirement.MinComputeCapability is { } capability && !(device.ComputeCapability >= capability) =>
                $"its compute capability is {device.ComputeCapability?.ToString() ?? "not known"}",
            _ when device.TotalMemory < _requirement.MinFreeMemory => $"its memory is {FoundMemory.Size(device.TotalMemory.Value)}",
            _ => reading.Faults.FirstOrDefault(fault => fault.DeviceUuid == device.Uuid && fault.Kind == GpuFaultKind.DeviceLost)
                ?.Text.TrimEnd('.'),
        };
    }

    // The GPU of a processor does not replace a card, unless the machine has nothing else.
    private void PreferDiscrete()
    {
        if (_requirement.Vendor is null && _matching.Exists(device => device.Kind != GpuKind.Unified))
        {
            foreach (var device in _matching.FindAll(device => device.Kind == GpuKind.Unified))
            {
                _matching.Remove(device);
                _rejected.Add((device, "it shares the memory of the system, and other GPUs do not. Set Vendor to use it"));
            }
        }
    }
}

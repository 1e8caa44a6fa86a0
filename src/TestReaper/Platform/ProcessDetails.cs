namespace TestReaper.Platform;

/// <summary>What helps to understand why a process does not die. Each part is empty where it cannot be read.</summary>
internal sealed record ProcessDetails
{
    public uint? UserId { get; init; }

    /// <summary>Bytes locked in memory.</summary>
    public long LockedMemory { get; init; }

    /// <summary>Open GPU devices.</summary>
    public IReadOnlyList<string> DeviceFiles { get; init; } = [];

    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>Needs root.</summary>
    public string? KernelStack { get; init; }

    public bool IsFrozen { get; init; }
}

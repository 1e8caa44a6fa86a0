namespace TestReaper.Platform;

/// <summary>What may explain why a process does not exit. Each part is empty if it cannot be read.</summary>
internal sealed record ProcessDetails
{
    public uint? UserId { get; init; }

    /// <summary>Bytes locked in memory.</summary>
    public long LockedMemory { get; init; }

    /// <summary>Open GPU devices.</summary>
    public IReadOnlyList<string> DeviceFiles { get; init; } = [];

    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>Readable only by root.</summary>
    public string? KernelStack { get; init; }

    public bool IsFrozen { get; init; }
}

namespace TestReaper.Processes;

/// <summary>What one look at the system gave.</summary>
/// <param name="Living">How many members are not gone, the spared not counted.</param>
/// <param name="IsClean">Whether every process that was new could be judged.</param>
internal readonly record struct Observation(int Living, bool IsClean)
{
    /// <summary>Whether all processes were read, also those that were known to be strangers.</summary>
    public bool HasReadAll { get; init; }
}

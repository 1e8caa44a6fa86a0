namespace TestReaper.Processes;

/// <summary>The result of one scan.</summary>
/// <param name="Living">How many members are not gone, without the spared.</param>
/// <param name="IsClean">Whether every new process could be judged.</param>
internal readonly record struct Observation(int Living, bool IsClean)
{
    /// <summary>Whether all processes were read, including those known to be unrelated.</summary>
    public bool HasReadAll { get; init; }
}

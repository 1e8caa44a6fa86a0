namespace TestReaper.Processes;

/// <summary>The result of one scan.</summary>
/// <param name="Living">How many members are not gone, without the spared.</param>
/// <param name="IsClean">Whether every new process could be judged.</param>
/// <param name="HasReadAll">Whether all processes were read, including those known to be unrelated.</param>
internal readonly record struct Observation(int Living, bool IsClean, bool HasReadAll = false);

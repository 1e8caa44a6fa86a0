namespace TestReaper.Processes;

/// <summary>
/// What the scans of a tree have seen. Both are lower bounds: a scan misses what is between two scans. Memory that processes share counts
/// for each of them.
/// </summary>
/// <param name="PeakResidentBytes">The largest sum of the resident memory of all members; 0 if none could be read.</param>
/// <param name="CpuTime">The sum over all members that were ever known, each as it was seen last.</param>
internal readonly record struct TreeUsage(long PeakResidentBytes, TimeSpan CpuTime);

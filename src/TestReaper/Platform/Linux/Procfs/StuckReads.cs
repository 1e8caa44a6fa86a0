using System.Collections.Concurrent;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>The reads that have not returned in time, until they return.</summary>
internal static class StuckReads
{
    private static readonly ConcurrentDictionary<ReadKey, (ReadBatch Batch, int Index)> Reads = [];

    /// <summary>Whether a read is stuck now. Removes those that have returned.</summary>
    internal static bool Any()
    {
        foreach (var (key, _) in Reads.Where(static read => read.Value.Batch.HasAnswer(read.Value.Index)))
        {
            Reads.TryRemove(key, out _);
        }

        return !Reads.IsEmpty;
    }

    internal static bool Contains(ReadKey key) => Reads.TryGetValue(key, out var read) && !read.Batch.HasAnswer(read.Index);

    internal static void Add(ReadKey key, ReadBatch batch, int index) => Reads[key] = (batch, index);
}

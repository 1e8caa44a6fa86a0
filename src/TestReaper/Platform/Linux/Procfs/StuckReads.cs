using System.Collections.Concurrent;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Remembers reads that did not return in time, until they do.</summary>
internal static class StuckReads
{
    private static readonly ConcurrentDictionary<ReadKey, (ReadBatch Batch, int Index)> Reads = [];

    /// <summary>Whether any read hangs now. Forgets those that have returned.</summary>
    internal static bool Any()
    {
        if (Reads.IsEmpty)
        {
            return false;
        }

        foreach (var (key, (batch, index)) in Reads)
        {
            if (batch.HasAnswer(index))
            {
                Reads.TryRemove(key, out _);
            }
        }

        return !Reads.IsEmpty;
    }

    internal static bool Contains(ReadKey key) => Reads.TryGetValue(key, out var read) && !read.Batch.HasAnswer(read.Index);

    internal static void Add(ReadKey key, ReadBatch batch, int index) => Reads[key] = (batch, index);
}

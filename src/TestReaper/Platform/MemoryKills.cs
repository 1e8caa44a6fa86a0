namespace TestReaper.Platform;

/// <summary>How many processes the kernel has killed for lack of memory in one place.</summary>
/// <param name="Place">The directory of a container, or the name of the counter of the whole machine.</param>
/// <param name="IsOfServer">Whether the place is the server's own container, in which there is no other process.</param>
/// <param name="Count">The count since the place exists, or since an earlier reading.</param>
internal readonly record struct MemoryKills(string Place, bool IsOfServer, long Count)
{
    /// <summary>The counts that have risen, in the order of the later reading. A place without an earlier count is new only if it is
    /// the server's own.</summary>
    public static IReadOnlyList<MemoryKills> Since(IReadOnlyList<MemoryKills> before, IReadOnlyList<MemoryKills> after)
    {
        // A directory that is mounted twice may be listed twice.
        var counts = before.GroupBy(kills => kills.Place).ToDictionary(kills => kills.Key, kills => kills.Max(one => one.Count));
        return
        [
            .. from kills in after
               let risen = counts.TryGetValue(kills.Place, out var earlier) ? kills.Count - earlier : kills.IsOfServer ? kills.Count : 0
               where risen > 0
               select kills with { Count = risen },
        ];
    }

    public string Describe()
    {
        var processes = Count == 1 ? "a process" : $"{Count} processes";
        return IsOfServer
            ? $"The kernel killed {processes} of the server for lack of memory ({Place})."
            : $"A process of the server got SIGKILL, and the kernel killed {processes} for lack of memory while it ran ({Place}).";
    }
}

namespace TestReaper.Servers.Ports;

/// <summary>What one name asks for: a port, and the ports at these distances above it. The port itself has the distance 0.</summary>
internal sealed record PortRequest(string Name, IReadOnlyList<int> Offsets)
{
    // Each port costs a descriptor for its lock.
    private const int LongestBlock = 1000;
    private const int LargestOffset = PortAllocator.Last - PortAllocator.First;

    /// <summary>One for each name that the options use, in order of appearance.</summary>
    public static IEnumerable<PortRequest> Of(ServerProcessOptions options) => PortTemplate.FindUses(options)
        .GroupBy(use => use.Name, use => use.Offset)
        .Select(uses => new PortRequest(uses.Key, [.. uses.Concat(OffsetsOf(options, uses.Key)).Append(0).Distinct().Order()]));

    /// <summary>Why the ports that the options ask for cannot be allocated; null if they can.</summary>
    public static string? FindProblem(ServerProcessOptions options)
    {
        var uses = PortTemplate.FindUses(options).ToList();
        return options.PortBlocks.Select(block => FindProblem(block.Key, block.Value, uses.Exists(use => use.Name == block.Key)))
            .Concat(uses.Where(use => use.Offset > LargestOffset).Select(use =>
                $"The placeholder {PortTemplate.Write(use)} is too far from its port: at most {LargestOffset} can be added, " +
                $"since ports are allocated from {PortAllocator.First} on."))
            .FirstOrDefault(static problem => problem is not null);
    }

    private static IEnumerable<int> OffsetsOf(ServerProcessOptions options, string name) =>
        options.PortBlocks.TryGetValue(name, out var block) ? Enumerable.Range(block.Offset, block.Count) : [];

    private static string? FindProblem(string name, PortBlock? block, bool isUsed) => block switch
    {
        null => $"The block of ports '{name}' is null. Leave it out of PortBlocks.",
        { Count: < 1 or > LongestBlock } =>
            $"The block of ports '{name}' has a Count of {block.Count}, which must be between 1 and {LongestBlock}.",
        { Offset: < 0 } or { Offset: > LargestOffset } =>
            $"The block of ports '{name}' has an Offset of {block.Offset}, which must be between 0 and {LargestOffset}.",
        _ when block.Offset + block.Count - 1 > LargestOffset =>
            $"The block of ports '{name}' ends {block.Offset + block.Count - 1} above its port: at most {LargestOffset} is possible, " +
            $"since ports are allocated from {PortAllocator.First} on.",
        _ when !isUsed =>
            $"The block of ports '{name}' belongs to {PortTemplate.Write((name, 0))}, which no option contains. " +
            "Write that placeholder into Arguments, Environment or Files, or leave the block out of PortBlocks.",
        _ => null,
    };
}

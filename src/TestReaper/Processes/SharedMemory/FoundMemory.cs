using TestReaper.Platform;

namespace TestReaper.Processes.SharedMemory;

/// <summary>A shared memory object of a tree.</summary>
/// <param name="Item">The object.</param>
/// <param name="CreatorPid">The pid of its creator, or of the oldest member that used it when it was found.</param>
/// <param name="CreatorName">The short name of that process; null if it is not known.</param>
/// <param name="IsCertain">False if it may not be the tree's.</param>
internal sealed record FoundMemory(SharedMemoryObject Item, int CreatorPid, string? CreatorName, bool IsCertain)
{
    private const double Kibi = 1024, Mebi = Kibi * 1024, Gibi = Mebi * 1024;

    /// <summary>Why it is not certain.</summary>
    public string Doubt { get; init; } = "it may be older than the tree";

    public override string ToString()
    {
        var creator = CreatorName is null ? "" : " " + string.Concat(CreatorName.Select(letter => char.IsControl(letter) ? '?' : letter));
        return string.Create(
            CultureInfo.InvariantCulture, $"shared memory {Item.Key} ({Size(Item.Size)}, created by pid {CreatorPid}{creator})");
    }

    internal static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < (long)Mebi => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi:0.0} KiB"),
        < (long)Gibi => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebi:0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibi:0.0} GiB"),
    };
}

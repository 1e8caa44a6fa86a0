namespace TestReaper.Platform;

/// <summary>What the kernel does to hold a tree together, if anything.</summary>
/// <param name="Container">The container that the root was in before it ran its first instruction; null if there is none.</param>
/// <param name="Obstacle">Why there is none, in words for the report; empty if there is one.</param>
internal readonly record struct Containment(IProcessContainer? Container, string Obstacle = "")
{
    /// <summary>For trees that somebody else started.</summary>
    public static Containment None { get; } = new(null);
}

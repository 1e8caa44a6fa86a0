namespace TestReaper.Platform;

/// <summary>The container of a tree, or why it has none.</summary>
/// <param name="Container">The container that the root was in before its first instruction; null if there is none.</param>
/// <param name="Obstacle">Why there is none, for the report; empty if there is one.</param>
internal readonly record struct Containment(IProcessContainer? Container, string Obstacle = "")
{
    /// <summary>For a tree that TestReaper did not start.</summary>
    public static Containment None { get; } = new(null);
}

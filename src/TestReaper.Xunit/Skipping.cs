namespace TestReaper.Xunit;

internal static class Skipping
{
    /// <summary>Skips a [SkippableFact] or [SkippableTheory]: xUnit v2 itself cannot skip a test that has begun.</summary>
    public static Exception Because(string reason) => new SkipException(reason);
}

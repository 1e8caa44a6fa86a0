namespace TestReaper.NUnit;

internal static class Skipping
{
    /// <summary>What Assert.Ignore throws.</summary>
    public static Exception Because(string reason) => new IgnoreException(reason);
}

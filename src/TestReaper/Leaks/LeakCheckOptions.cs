namespace TestReaper.Leaks;

/// <summary>What is asked of a test class, or of a whole run.</summary>
/// <param name="Timeout">How long what is still exiting may take. Zero looks once.</param>
/// <param name="IsExclusive">
/// Nothing else runs at the same time, so that every new descendant of this process is the class's; otherwise only what went
/// through TestReaper can be told apart.
/// </param>
/// <param name="Ignore">Names of programs that may stay, with all below them.</param>
internal sealed record LeakCheckOptions(TimeSpan Timeout, bool IsExclusive, IReadOnlyList<string> Ignore)
{
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static LeakCheckOptions Of(int seconds, bool isExclusive, IReadOnlyList<string>? ignore) => seconds >= 0
        ? new LeakCheckOptions(TimeSpan.FromSeconds(seconds), isExclusive, ignore ?? [])
        : throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "The timeout of [AssertReaped] is a number of seconds, 0 or more.");
}

namespace TestReaper.Platform;

/// <summary>Compares and checks time spans.</summary>
internal static class Durations
{
    // Don't warn earlier: slow teardown is normal (sgl-project/sglang #26964).
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    // Timers and epoll take an int of milliseconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The time after which one warning says that a wait takes long.</summary>
    public static TimeSpan ToWarning(TimeSpan timeout) => Shorter(timeout / 2, LongestSilence);

    public static TimeSpan Shorter(TimeSpan first, TimeSpan second) => first < second ? first : second;

    public static TimeSpan ZeroIfNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    /// <summary>For poll(2) and epoll_wait(2): whole milliseconds, rounded up; -1 for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static int ToMilliseconds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue);

    public static void RequireFinite(TimeSpan value, string name, bool allowZero)
    {
        if (value < TimeSpan.Zero || (value == TimeSpan.Zero && !allowZero))
        {
            throw new ArgumentOutOfRangeException(name, value, value == Timeout.InfiniteTimeSpan
                ? $"{name} cannot be infinite: a test run that never ends gives no reason. Set the longest time you would wait."
                : $"{name} must be {(allowZero ? "zero or more" : "more than zero")}.");
        }

        if (value > Longest)
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} must be at most {Math.Floor(Longest.TotalDays)} days. Set the longest time you would wait.");
        }
    }
}

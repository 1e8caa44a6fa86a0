using System.Diagnostics;
#if NUNIT
using NUnit.Framework;
#else
using Xunit;
#endif

namespace TestReaper.Tests.Infrastructure;

/// <summary>Waits for conditions that no event reports.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);

    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        UntilAsync(condition, () => what, timeout);

    /// <summary>The same, with a description that is computed only when the time is over.</summary>
    public static async Task UntilAsync(Func<bool> condition, Func<string> what, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) >= limit)
            {
                Assert.Fail($"Waited {limit.TotalSeconds} s in vain for {what()}.");
            }

            await Task.Delay(Interval);
        }
    }
}

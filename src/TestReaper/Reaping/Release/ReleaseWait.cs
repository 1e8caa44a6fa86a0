using TestReaper.Platform;

namespace TestReaper.Reaping.Release;

/// <summary>Waits until the resources of a tree are free. The kernel has no event for that, so it polls, every 5 to 250 ms.</summary>
internal static class ReleaseWait
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<ReleaseCondition> Run(IReadOnlyList<IReleaseCheck> checks, TimeSpan timeout, TimeProvider time)
    {
        var clock = new ReapClock(time);
        var results = new ReleaseCondition[checks.Count];
        var isFinal = new bool[checks.Count];
        for (var pause = FirstPause; ; pause = Durations.Shorter(pause * 2, LongestPause))
        {
            for (var i = 0; i < checks.Count; i++)
            {
                if (!isFinal[i])
                {
                    (results[i], isFinal[i]) = Check(checks[i], clock);
                }
            }

            var left = timeout - clock.Now;
            if (left <= TimeSpan.Zero || Array.TrueForAll(isFinal, static final => final))
            {
                return results;
            }

            ThreadPause.For(Durations.Shorter(pause, left));
        }
    }

    private static (ReleaseCondition Result, bool IsFinal) Check(IReleaseCheck check, ReapClock clock)
    {
        var state = check.Check();
        var result = new ReleaseCondition
        {
            Resource = check.Resource,
            Name = check.Name,
            Verdict = state.Verdict,
            Detail = state.Detail,
            Elapsed = clock.Now,
            IsFatal = state.Verdict == ReleaseVerdict.Held,
        };
        return (result, state.IsFinal);
    }
}

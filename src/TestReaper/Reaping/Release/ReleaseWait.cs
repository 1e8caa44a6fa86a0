namespace TestReaper.Reaping.Release;

/// <summary>Waits until what a server held is free. There is no event for it, so it is polled, at 5 to 250 ms.</summary>
internal static class ReleaseWait
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<ReleaseCondition> Run(IReadOnlyList<IReleaseCheck> checks, TimeSpan timeout, TimeProvider time)
    {
        var clock = new ReapClock(time);
        var results = new ReleaseCondition[checks.Count];
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            for (var i = 0; i < checks.Count; i++)
            {
                if (results[i] is null or { Verdict: ReleaseVerdict.Held })
                {
                    results[i] = Look(checks[i], clock);
                }
            }

            var left = timeout - clock.Now;
            if (left <= TimeSpan.Zero || !Array.Exists(results, result => result.Verdict == ReleaseVerdict.Held))
            {
                return results;
            }

            ThreadPause.For(pause < left ? pause : left);
        }
    }

    private static ReleaseCondition Look(IReleaseCheck check, ReapClock clock)
    {
        var state = check.Look();
        return new ReleaseCondition { Name = check.Name, Verdict = state.Verdict, Detail = state.Detail, Elapsed = clock.Now };
    }
}

namespace TestReaper.Reaping;

/// <summary>The one place where a thread of the reap sleeps: where something is polled because there is no event for it.</summary>
internal static class ThreadPause
{
    public static void For(TimeSpan time) => Thread.Sleep(time);
}

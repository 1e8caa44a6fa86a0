namespace TestReaper.Platform;

/// <summary>The one place where a thread sleeps, for conditions that the kernel reports by no event and that must be polled.</summary>
internal static class ThreadPause
{
#pragma warning disable RS0030 // The one place.
    public static void For(TimeSpan time) => Thread.Sleep(time);
#pragma warning restore RS0030
}

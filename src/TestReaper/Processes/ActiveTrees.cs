namespace TestReaper.Processes;

/// <summary>How many trees this process is running: only an only one can claim an orphan that carries no mark.</summary>
internal static class ActiveTrees
{
    private static int s_count;

    public static bool IsOnlyOne => Volatile.Read(ref s_count) == 1;

    public static void Enter() => Interlocked.Increment(ref s_count);

    public static void Leave() => Interlocked.Decrement(ref s_count);
}

namespace TestReaper.Tests.Platform;

/// <summary>Reads the processor time of one thread from /proc.</summary>
internal static class ThreadCpu
{
    private const int MillisecondsPerTick = 10;

    public static TimeSpan OfThisThread()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds((long.Parse(fields[14 - 3], null) + long.Parse(fields[15 - 3], null)) * MillisecondsPerTick);
    }
}

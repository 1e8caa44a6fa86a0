using System.Globalization;

namespace TestReaper.Platform.Linux;

/// <summary>The clock of start times: ticks since boot.</summary>
internal static class BootClock
{
    // USER_HZ is 100 on every architecture that .NET runs on.
    private const int TicksPerSecond = 100;

    /// <summary>Now, in the units of a start time; /proc/uptime has the same clock and resolution.</summary>
    internal static ulong Now()
    {
        var uptime = File.ReadAllText("/proc/uptime");
        return (ulong)(decimal.Parse(uptime.AsSpan(0, uptime.IndexOf(' ')), CultureInfo.InvariantCulture) * TicksPerSecond);
    }

    /// <summary>For people to read only: the wall clock jumps, an identity never uses it.</summary>
    internal static DateTimeOffset? ToWallClock(ulong startTicks)
    {
        try
        {
            var line = File.ReadLines("/proc/stat").FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.AsSpan("btime ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var boot)
                ? DateTimeOffset.FromUnixTimeSeconds(boot).AddSeconds((double)startTicks / TicksPerSecond)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Fields of /proc/PID/stat by their numbers in proc(5); null if there is no such process.</summary>
public static class ProcStat
{
    public static char? StateOf(int pid) => Field(pid, 3)?[0];

    public static int? ParentOf(int pid) => Number(pid, 4);

    public static int? GroupOf(int pid) => Number(pid, 5);

    public static int? SessionOf(int pid) => Number(pid, 6);

    public static ulong? StartTimeOf(int pid) => Field(pid, 22) is { } ticks ? ulong.Parse(ticks, CultureInfo.InvariantCulture) : null;

    /// <summary>USER_HZ is 100 on every architecture that .NET runs on.</summary>
    public static TimeSpan? CpuTimeOf(int pid) => TimeSpan.FromMilliseconds(10) * (Number(pid, 14) + Number(pid, 15));

    private static int? Number(int pid, int number) =>
        Field(pid, number) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Field(int pid, int number)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");

            // The program's name may hold spaces and parentheses; field 3 follows the last one.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[number - 3];
        }
        catch (IOException)
        {
            return null;
        }
    }
}

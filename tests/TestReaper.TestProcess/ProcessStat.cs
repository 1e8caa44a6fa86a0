using System.Globalization;

namespace TestReaper.TestProcess;

/// <summary>The fields of /proc/self/stat that this program needs; on Windows the start time (FILETIME) alone.</summary>
internal readonly record struct ProcessStat(int Parent, int Group, int Session, ulong StartTime)
{
    public static ProcessStat ReadOwn() => OperatingSystem.IsWindows()
        ? new(0, 0, 0, (ulong)System.Diagnostics.Process.GetCurrentProcess().StartTime.ToFileTimeUtc())
        : ReadProc();

    private static ProcessStat ReadProc()
    {
        var stat = File.ReadAllText("/proc/self/stat");

        // The program's name may contain spaces and parentheses. Field 3 follows the last parenthesis.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        int Field(int number) => int.Parse(fields[number - 3], CultureInfo.InvariantCulture);

        return new(Field(4), Field(5), Field(6), ulong.Parse(fields[22 - 3], CultureInfo.InvariantCulture));
    }
}

using System.Globalization;

namespace TestReaper.TestProcess;

/// <summary>A chain of processes: each starts the next one and exits. The last one stays.</summary>
internal static class Relay
{
    public static int Run(int count, string[] last)
    {
        ChildProcesses.Spawn(count > 0 ? ["--relay", (count - 1).ToString(CultureInfo.InvariantCulture), .. last] : last);
        return ExitCodes.Stopped;
    }
}

using System.Globalization;
using TestReaper.Gpu;
using TestReaper.Platform;

namespace TestReaper.TestHost;

/// <summary>
/// Reads the GPUs of a stand-in driver, prints the helper's pid, reads again within the seconds of the next line, and ends.
/// </summary>
internal static class GpuScenario
{
    /// <param name="roots">The four roots of <see cref="GpuRoots"/>.</param>
    public static void Run(string[] roots)
    {
        using var telemetry = new GpuTelemetry(ProcessPlatform.Current, new GpuRoots(roots[0], roots[1], roots[2], roots[3]));
        telemetry.Read(TimeSpan.FromSeconds(30));
        Console.WriteLine(telemetry.HelperPid);
        var limit = TimeSpan.FromSeconds(int.Parse(Console.ReadLine()!, CultureInfo.InvariantCulture));
        Console.WriteLine(telemetry.Read(limit).Faults.Count);
    }
}

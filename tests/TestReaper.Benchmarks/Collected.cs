using System.Diagnostics;

namespace TestReaper.Benchmarks;

/// <summary>
/// Runs the benchmarks below a program that collects orphans at once (<c>collect.c</c>), so that no run is measured beside the zombies of
/// an earlier one.
/// </summary>
internal static class Collected
{
    private const string Variable = "TESTREAPER_BENCHMARKS_ARE_COLLECTED";

    public static async Task<int> RunAsync(string[] arguments, Func<Task<int>> measure)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return await measure();
        }

        using var tools = new Toolbox();
        var start = new ProcessStartInfo(tools.Collector, [Environment.ProcessPath!, .. FreshHost.GetHostArguments(), .. arguments]);
        start.Environment[Variable] = "1";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

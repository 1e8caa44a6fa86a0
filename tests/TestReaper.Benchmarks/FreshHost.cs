using TestReaper.Benchmarks.Contestants;

namespace TestReaper.Benchmarks;

/// <summary>This program once more, to measure what happens only once a process.</summary>
internal static class FreshHost
{
    /// <summary>What it printed: wall and CPU ms.</summary>
    public static Task<Series> RunAsync(params string[] arguments) => ProgramContestant.RunAsync(Environment.ProcessPath!, [.. Self(), .. arguments]);

    /// <summary>Nothing for the apphost; the assembly for `dotnet this.dll`.</summary>
    public static string[] Self() => Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}

using TestReaper.Benchmarks.Contestants;

namespace TestReaper.Benchmarks;

/// <summary>Runs this program in a new process, to measure what happens only once per process.</summary>
internal static class FreshHost
{
    /// <returns>The wall and CPU ms that the process printed.</returns>
    public static Task<Series> RunAsync(params string[] arguments) =>
        ProgramContestant.RunAsync(Environment.ProcessPath!, [.. GetHostArguments(), .. arguments]);

    /// <summary>Returns the assembly if this process runs as `dotnet this.dll`, and nothing if it runs as an apphost.</summary>
    public static string[] GetHostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
}

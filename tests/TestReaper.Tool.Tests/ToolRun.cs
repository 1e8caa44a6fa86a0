using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tool.Tests;

/// <summary>Runs the tool as a user does.</summary>
internal static class ToolRun
{
    public static string Tool { get; } = ReadablePlace.Of("TestReaper.Tool.dll");

    /// <param name="runtimeDirectory">XDG_RUNTIME_DIR, which contains the ledgers; null for the user's own.</param>
    /// <param name="arguments">The arguments after "testreaper".</param>
    public static Task<BufferedCommandResult> RunAsync(string? runtimeDirectory, params string[] arguments) =>
        RunAsync(runtimeDirectory, PipeSource.Null, arguments);

    public static Task<BufferedCommandResult> RunAsync(string? runtimeDirectory, PipeSource input, params string[] arguments) =>
        RunProgramAsync("dotnet", runtimeDirectory, input, [Tool, .. arguments]);

    /// <summary>Runs a shell command line in which $TOOL stands for the tool.</summary>
    public static Task<BufferedCommandResult> RunInShellAsync(string line) =>
        RunProgramAsync("sh", null, PipeSource.Null, ["-c", line.Replace("$TOOL", $"dotnet {Tool}", StringComparison.Ordinal)]);

    /// <summary>Starts the tool and returns while it runs.</summary>
    public static Process Start(string runtimeDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Tool, .. arguments]);
        start.Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;
        start.Environment.Remove("TESTREAPER_SCOPE");
        return Process.Start(start)!;
    }

    private static async Task<BufferedCommandResult> RunProgramAsync(
        string program, string? runtimeDirectory, PipeSource input, string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        return await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithStandardInputPipe(input)
            .WithEnvironmentVariables(variables => variables.Set("XDG_RUNTIME_DIR", runtimeDirectory).Set("TESTREAPER_SCOPE", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
    }
}

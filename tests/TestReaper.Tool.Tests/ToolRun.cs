using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tool.Tests;

/// <summary>One call of the tool, as a user makes it.</summary>
internal static class ToolRun
{
    public static string Tool { get; } = ReadablePlace.Of("TestReaper.Tool.dll");

    /// <param name="state">Where ledgers are looked for; null for the user's own.</param>
    /// <param name="arguments">Behind "testreaper".</param>
    public static Task<BufferedCommandResult> OfAsync(string? state, params string[] arguments) => OfAsync(state, PipeSource.Null, arguments);

    public static Task<BufferedCommandResult> OfAsync(string? state, PipeSource input, params string[] arguments) => OfAsync("dotnet", state, input, [Tool, .. arguments]);

    /// <summary>What a shell makes of a line in which $TOOL is the tool.</summary>
    public static Task<BufferedCommandResult> ByShellAsync(string line) =>
        OfAsync("sh", null, PipeSource.Null, ["-c", line.Replace("$TOOL", $"dotnet {Tool}", StringComparison.Ordinal)]);

    /// <summary>Starts it, to be looked at while it runs.</summary>
    public static Process Start(string state, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Tool, .. arguments]);
        start.Environment["XDG_RUNTIME_DIR"] = state;
        start.Environment.Remove("TESTREAPER_SCOPE");
        return Process.Start(start)!;
    }

    private static async Task<BufferedCommandResult> OfAsync(string program, string? state, PipeSource input, string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        return await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithStandardInputPipe(input)
            .WithEnvironmentVariables(variables => variables.Set("XDG_RUNTIME_DIR", state).Set("TESTREAPER_SCOPE", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
    }
}

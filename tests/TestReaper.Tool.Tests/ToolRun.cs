using CliWrap;
using CliWrap.Buffered;

namespace TestReaper.Tool.Tests;

/// <summary>One call of the tool, as a user makes it.</summary>
internal static class ToolRun
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "TestReaper.Tool.dll");

    /// <param name="state">Where ledgers are looked for; null for the user's own.</param>
    /// <param name="arguments">Behind "testreaper".</param>
    public static async Task<BufferedCommandResult> OfAsync(string? state, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        return await Cli.Wrap("dotnet")
            .WithArguments([Tool, .. arguments])
            .WithEnvironmentVariables(variables => variables.Set("XDG_RUNTIME_DIR", state).Set("TESTREAPER_SCOPE", null))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
    }
}

using System.Diagnostics;
using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace TestReaper.Tool.Tests.Doctor;

/// <summary><c>testreaper doctor --json</c>, as a process in the place that a test prepares.</summary>
internal sealed record DoctorRun(int ExitCode, IReadOnlyDictionary<string, ReportedRow> Rows, TimeSpan Elapsed)
{
    public static string[] Command { get; } = ["dotnet", ToolRun.Tool, "doctor", "--json"];

    public static Task<DoctorRun> RunAsync(params string[] options) => RunInAsync([], [.. Command, .. options]);

    /// <param name="variables">What differs in the environment; null removes a variable.</param>
    /// <param name="command">The whole command line.</param>
    public static async Task<DoctorRun> RunInAsync(Dictionary<string, string?> variables, params string[] command)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(50));
        var start = Stopwatch.GetTimestamp();
        var result = await Cli.Wrap(command[0])
            .WithArguments(command[1..])
            .WithEnvironmentVariables(variables)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(limit.Token);
        if (!result.StandardOutput.StartsWith('{'))
        {
            throw new InvalidOperationException($"{result.StandardOutput}{result.StandardError}");
        }

        using var json = JsonDocument.Parse(result.StandardOutput);
        var rows = json.RootElement.GetProperty("rows").EnumerateArray().Select(row => new ReportedRow(
            row.GetProperty("name").GetString()!,
            row.GetProperty("state").GetString()!,
            row.GetProperty("finding").GetString()!,
            row.GetProperty("cost").GetString(),
            row.GetProperty("remedy").GetString()));
        return new DoctorRun(result.ExitCode, rows.ToDictionary(row => row.Name), Stopwatch.GetElapsedTime(start));
    }
}

internal sealed record ReportedRow(string Name, string State, string Finding, string? Cost, string? Remedy);

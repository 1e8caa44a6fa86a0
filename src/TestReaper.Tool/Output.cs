using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace TestReaper.Tool;

/// <summary>Text for people, with colours on a terminal only, or JSON for programs.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Option<bool> Json { get; } = new("--json") { Description = "Write JSON to the standard output instead of text." };

    public static void WriteJson(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Options));

    public static void Heading(string text) => AnsiConsole.MarkupLineInterpolated($"[bold]{text}[/]");

    public static void Line(string text) => Console.WriteLine(text);

    public static void Error(string text) => Console.Error.WriteLine(text);

    public static object Describe(ReapReport report) => new
    {
        elapsed = report.Elapsed.TotalSeconds,
        report.Mechanism,
        processes = report.Processes.Select(process => new { pid = process.ProcessId, process.CommandLine, process.FoundBy, killed = process.WasKilled }),
    };

    /// <summary>Warnings go to the standard error: the output may be read by a program.</summary>
    public static ILogger Logger { get; } = new ErrorLogger();

    private sealed class ErrorLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Error(formatter(state, exception));
            }
        }
    }
}

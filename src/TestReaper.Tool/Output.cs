using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace TestReaper.Tool;

/// <summary>Text for people, with colours on a terminal only, or JSON for programs.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // For programs and people, never for a page: quotes and brackets stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write JSON, and nothing else, to the standard output. An error is {\"error\": ..., \"exitCode\": ...}.",
    };

    private static bool HasColours =>
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Whether JSON is wanted, also of a command line that makes no sense otherwise. Behind -- it is the command's.</summary>
    public static bool IsJson(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Any(token => token.Value == Json.Name);

    public static void WriteJson(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Options));

    public static void Heading(string text)
    {
        // Without colours not through Spectre either: it would break long lines in a file.
        if (HasColours)
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{text}[/]");
        }
        else
        {
            Line(text);
        }
    }

    public static void Line(string text) => Console.WriteLine(text);

    public static void Error(string text) => Console.Error.WriteLine(text);

    /// <summary>Says what went wrong to people, and to programs if they asked.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(bool isJson, string message, int exitCode)
    {
        Error(message);
        try
        {
            if (isJson)
            {
                WriteJson(new { error = message, exitCode });
            }
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // That the output is closed may be the very error.
        }

        return exitCode;
    }

    public static int Fail(bool isJson, ReapTimeoutException left)
    {
        Error(left.Message);
        if (isJson)
        {
            WriteJson(new
            {
                error = left.Message,
                exitCode = ExitCodes.Left,
                survivors = left.Survivors.Select(survivor => survivor.ProcessId),
                report = Describe(left.Report),
            });
        }

        return ExitCodes.Left;
    }

    public static object Describe(ReapReport report) => new
    {
        elapsed = report.Elapsed.TotalSeconds,
        report.Mechanism,
        processes = report.Processes.Select(
            process => new { pid = process.ProcessId, process.CommandLine, process.FoundBy, killed = process.WasKilled }),
        spared = report.Spared.Select(process => new { pid = process.ProcessId, process.CommandLine }),
    };

    /// <summary>Warnings go to the standard error: the output may be read by a program.</summary>
    public static ILogger Logger { get; } = new ErrorLogger();

    private sealed class ErrorLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Error(formatter(state, exception));
            }
        }
    }
}

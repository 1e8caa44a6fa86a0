using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace TestReaper.Tool.Reporting;

/// <summary>Writes results to standard output, as text or as JSON, and errors to standard error.</summary>
internal static class CommandOutput
{
    private static readonly JsonSerializerOptions SerializerOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,

        // The output is never embedded in HTML, so quotes and brackets need no escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Write only JSON to standard output. An error is written as {\"error\": ..., \"exitCode\": ...}.",
    };

    /// <summary>Writes the core's warnings to standard error.</summary>
    public static ILogger Logger { get; } = new StandardErrorLogger();

    /// <summary>
    /// Whether the command line contains --json before any "--"; what follows "--" belongs to the command that run starts. Reads the
    /// tokens, because a command line with parse errors has no option values.
    /// </summary>
    public static bool IsJson(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Any(token => token.Value == Json.Name);

    public static void WriteJson(object value) => Console.WriteLine(JsonSerializer.Serialize(value, SerializerOptions));

    public static void WriteLine(string text) => Console.WriteLine(text);

    public static void WriteError(string text) => Console.Error.WriteLine(text);

    /// <summary>Writes the message to standard error and, with --json, the error object to standard output.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(bool isJson, string message, int exitCode)
    {
        WriteError(message);
        try
        {
            if (isJson)
            {
                WriteJson(new { error = message, exitCode });
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error being reported may be that standard output is closed.
        }

        return exitCode;
    }

    /// <inheritdoc cref="Fail(bool, string, int)"/>
    public static int Fail(bool isJson, ReapTimeoutException timeout)
    {
        WriteError(timeout.Message);
        if (isJson)
        {
            WriteJson(new
            {
                error = timeout.Message,
                exitCode = ExitCodes.Incomplete,
                survivors = timeout.Survivors.Select(survivor => survivor.ProcessId),
                report = ToJson(timeout.Report),
            });
        }

        return ExitCodes.Incomplete;
    }

    /// <summary>Converts a report to the object that <see cref="WriteJson"/> writes.</summary>
    public static object ToJson(ReapReport report) => new
    {
        elapsed = report.Elapsed.TotalSeconds,
        report.Mechanism,
        processes = report.Processes.Select(
            process => new { pid = process.ProcessId, process.CommandLine, process.FoundBy, killed = process.WasKilled }),
        spared = report.Spared.Select(process => new { pid = process.ProcessId, process.CommandLine }),
    };
}

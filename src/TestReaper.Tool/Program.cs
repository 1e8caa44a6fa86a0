using TestReaper.Tool;
using TestReaper.Tool.Commands;
using TestReaper.Tool.Reporting;

var parsed = TestReaperCommand.Create().Parse(args);
try
{
    // System.CommandLine must not handle Ctrl+C: run handles it, and reaps its command's tree before it exits.
    return parsed.Errors.Count > 0
        ? TestReaperCommand.ReportParseErrors(parsed)
        : await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (Exception error)
{
    // The message of an expected error is enough for the user; an unexpected one is a bug and needs its stack trace.
    var isExpected = error is IOException or UnauthorizedAccessException or PlatformNotSupportedException;
    return CommandOutput.Fail(CommandOutput.IsJson(parsed), isExpected ? error.Message : error.ToString(), ExitCodes.SystemError);
}

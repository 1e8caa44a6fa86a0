using TestReaper.Tool;

var parsed = Root.Create().Parse(args);
try
{
    // Ctrl+C is the command's own affair: what runs below it must be reaped first.
    return parsed.Errors.Count > 0
        ? Root.Refuse(parsed)
        : await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (Exception error)
{
    // A reason to read, or a mistake of ours to report.
    var isReason = error is IOException or UnauthorizedAccessException or PlatformNotSupportedException;
    return Output.Fail(Output.IsJson(parsed), isReason ? error.Message : error.ToString(), ExitCodes.Failed);
}

namespace TestReaper.Tool;

internal static class ExitCodes
{
    public const int Success = 0, Incomplete = 1, UsageError = 2, SystemError = 3;

    /// <summary>The codes with which a shell reports a command that it cannot start.</summary>
    public const int CommandNotExecutable = 126, CommandNotFound = 127;
}

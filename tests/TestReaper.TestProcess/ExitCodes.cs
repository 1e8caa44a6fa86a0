namespace TestReaper.TestProcess;

/// <summary>The exit codes of this program. At the end of its lifetime SIGALRM kills it instead.</summary>
internal static class ExitCodes
{
    public const int Stopped = 0;
    public const int Failed = 1;
    public const int Crashed = 3;
    public const int Interrupted = 130;
}

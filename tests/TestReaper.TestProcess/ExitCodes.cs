namespace TestReaper.TestProcess;

/// <summary>How this program ends; when its lifetime is over it dies of SIGALRM instead.</summary>
internal static class ExitCodes
{
    public const int Stopped = 0;
    public const int Failed = 1;
    public const int Crashed = 3;
    public const int Interrupted = 130;
}

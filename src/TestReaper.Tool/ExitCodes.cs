namespace TestReaper.Tool;

internal static class ExitCodes
{
    public const int Done = 0, Left = 1, Usage = 2, Failed = 3;

    /// <summary>As shells have it.</summary>
    public const int NotExecutable = 126, NotFound = 127;
}

namespace TestReaper.Tool;

internal static class ExitCodes
{
    public const int Done = 0, Left = 1, Usage = 2;
}

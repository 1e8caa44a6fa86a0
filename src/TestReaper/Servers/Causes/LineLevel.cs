namespace TestReaper.Servers.Causes;

/// <summary>The level of a line of a log.</summary>
internal enum LineLevel
{
    None,
    Debug,
    Information,
    Warning,
    Error,
}

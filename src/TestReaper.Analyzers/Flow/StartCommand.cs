namespace TestReaper.Analyzers.Flow;

/// <summary>The command of a start. A part that is not constant is null.</summary>
internal sealed class StartCommand(string? fileName, string? arguments)
{
    public string? FileName { get; set; } = fileName;

    public string? Arguments { get; set; } = arguments;

    /// <summary>Whether the system kills the process when its parent exits (ProcessStartInfo.KillOnParentExit of .NET 11).</summary>
    public bool EndsWithParent { get; set; }
}

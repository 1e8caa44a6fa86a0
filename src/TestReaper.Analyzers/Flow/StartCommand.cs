namespace TestReaper.Analyzers.Flow;

/// <summary>The command of a start. A part that is not constant is null.</summary>
internal sealed class StartCommand(string? fileName, string? arguments)
{
    public string? FileName { get; set; } = fileName;

    public string? Arguments { get; set; } = arguments;
}

namespace TestReaper.Analyzers.Flow;

/// <summary>What a start runs, as far as it is constant.</summary>
internal sealed class StartCommand(string? fileName, string? arguments)
{
    public string? FileName { get; set; } = fileName;

    public string? Arguments { get; set; } = arguments;
}

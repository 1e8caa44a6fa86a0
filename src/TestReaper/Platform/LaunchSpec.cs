namespace TestReaper.Platform;

/// <summary>A program to start: an absolute path, all arguments and the whole environment.</summary>
internal sealed record LaunchSpec(
    string Executable,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory,
    string Scope,
    bool RedirectStandardInput)
{
    /// <summary>What the program sees as its own name, argv[0].</summary>
    public string Name { get; init; } = Executable;
}

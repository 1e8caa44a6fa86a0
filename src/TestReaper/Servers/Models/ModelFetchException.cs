namespace TestReaper;

/// <summary>A model could not be fetched. What was stored so far stays, so that the next attempt can continue.</summary>
public sealed class ModelFetchException : Exception
{
    internal ModelFetchException(string message, string model, Exception? inner = null)
        : base(message, inner) => Model = model;

    /// <summary>The name of the model.</summary>
    public string Model { get; }

    /// <summary>The command that failed, secrets masked; null if no command did.</summary>
    public string? CommandLine { get; internal init; }

    /// <summary>The exit code of the command, 128 + n after signal n; null if no command failed.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>The last lines that the command wrote, at most 50, secrets masked.</summary>
    public IReadOnlyList<string> OutputTail { get; internal init; } = [];
}

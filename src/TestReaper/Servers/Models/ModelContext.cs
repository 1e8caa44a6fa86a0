using TestReaper.Servers.Models;

namespace TestReaper;

/// <summary>What a fetch of <see cref="ModelStore.EnsureAsync"/> works with.</summary>
public sealed class ModelContext
{
    private readonly ModelTool _tool;

    internal ModelContext(string name, string directory, ModelTool tool) => (Name, Directory, _tool) = (name, directory, tool);

    /// <summary>The name of the model.</summary>
    public string Name { get; }

    /// <summary>
    /// The directory that the fetch fills. It exists. It may hold what an earlier attempt has left, from which the fetch may continue.
    /// </summary>
    public string Directory { get; }

    /// <summary>
    /// Runs a command and waits for its exit. Whatever it started is reaped with it, also when it is cancelled and at the end of
    /// <see cref="ModelStoreOptions.Timeout"/>.
    /// </summary>
    /// <remarks>Its last line of output appears in the lines of progress. Its standard input is empty.</remarks>
    /// <param name="fileName">Looked up as <see cref="ServerProcessOptions.FileName"/> is.</param>
    /// <param name="arguments">The arguments, each passed unchanged.</param>
    /// <param name="environment">Variables to add to the inherited ones; null removes one. Null for no change.</param>
    /// <param name="cancellationToken">Stops the command, as the end of the step does.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fileName"/> or <paramref name="arguments"/> is null.</exception>
    /// <exception cref="ModelFetchException">It cannot be started, or its exit code is not 0.</exception>
    /// <exception cref="ReapTimeoutException">It ended, and something that it started could not be reaped.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or the time of the step is over.</exception>
    public Task RunAsync(
        string fileName,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(arguments);
        return _tool.RunAsync(fileName, arguments, environment ?? new Dictionary<string, string?>(), cancellationToken);
    }
}

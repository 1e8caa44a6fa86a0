using TestReaper.Servers.Models;

namespace TestReaper;

/// <summary>
/// Fetches models before a server starts, so that a download has a clock, a lock and lines of progress of its own. Use it in the
/// <c>OnStartingAsync</c> of a fixture; its lines go to the output of the fixture.
/// </summary>
/// <remarks>
/// <para>
/// One process of this user at a time fetches a model; the others wait. If that process is killed, the next one fetches as soon as the
/// commands of <see cref="ModelContext.RunAsync"/> are dead, too. The lock (flock) is in the state directory. Processes with another
/// <c>XDG_RUNTIME_DIR</c> or <c>TMPDIR</c>, in another container or on another machine do not share it, nor do those that reach the
/// directory through a link.
/// </para>
/// <para>
/// A marker in the directory names the files of a complete model with their sizes: without it, or if a file differs, the model
/// is fetched again, from what is there.
/// </para>
/// </remarks>
public static class ModelStore
{
    /// <summary>
    /// The variables that keep a server from asking the Hugging Face hub: <c>HF_HUB_OFFLINE=1</c> and <c>TRANSFORMERS_OFFLINE=1</c>
    /// (https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables). Merge them into
    /// <see cref="ServerProcessOptions.Environment"/>, or use <see cref="Offline"/>.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> OfflineEnvironment { get; } = new Dictionary<string, string?>
    {
        ["HF_HUB_OFFLINE"] = "1",
        ["TRANSFORMERS_OFFLINE"] = "1",
    };

    /// <summary>
    /// Makes a server use stored models only, by <see cref="OfflineEnvironment"/>. Variables that the options set already stay as they are.
    /// </summary>
    /// <param name="options">The options of the server.</param>
    /// <returns>A copy with the variables.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public static ServerProcessOptions Offline(ServerProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var merged = new Dictionary<string, string?>(OfflineEnvironment);
        foreach (var (name, value) in options.Environment)
        {
            merged[name] = value;
        }

        return options with { Environment = merged };
    }

    /// <summary>Makes sure that a model is complete in its directory. Fetches it if it is not.</summary>
    /// <param name="name">The name of the model: the key of the lock and of the marker, and a part of the default directory.</param>
    /// <param name="fetch">
    /// Stores the files in <see cref="ModelContext.Directory"/>. Not called if the model is complete. Its token is cancelled at the
    /// timeout; 15 s later it is abandoned, and the lock stays held until it ends.
    /// </param>
    /// <param name="options">Clock, directory and progress; null for the defaults.</param>
    /// <param name="logger">Gets the lines of progress; null for the logger of the fixture, if one is starting.</param>
    /// <param name="cancellationToken">Cancels the step.</param>
    /// <returns>Where the model is.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="fetch"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time span in the options is out of its range.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="ModelStoreOptions.Timeout"/>.</exception>
    /// <exception cref="ModelFetchException">
    /// A command of the fetch failed, the fetch stored nothing, or this user may not use the directory.
    /// </exception>
    /// <exception cref="ReapTimeoutException">A command ended, and something that it started could not be reaped.</exception>
    /// <exception cref="OperationCanceledException">The step was cancelled.</exception>
    /// <exception cref="IOException">The directory, or that of the lock, cannot be used.</exception>
    public static Task<StoredModel> EnsureAsync(
        string name,
        Func<ModelContext, CancellationToken, Task> fetch,
        ModelStoreOptions? options = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(fetch);
        options ??= new ModelStoreOptions();
        var directory = options.Directory ?? ModelDirectories.Default(name);
        return new ModelFetch(new ModelKey(name, directory), options, ModelLog.Find(logger)).RunAsync(fetch, cancellationToken);
    }

    /// <summary>
    /// Makes sure that a model of the Hugging Face hub is complete on this machine. Downloads it by <c>hf download</c>, which reads
    /// HF_TOKEN and HF_ENDPOINT, if it is not. A complete model is not looked up again: a change of its branch does not fetch it.
    /// </summary>
    /// <remarks>
    /// After the download the stored files are compared with the list of the hub. Where the hub cannot be reached, the stored files are
    /// used, a warning says so, and the next call checks again.
    /// </remarks>
    /// <param name="model">What to download.</param>
    /// <param name="options">Clock and progress; null for the defaults.</param>
    /// <param name="logger">Gets the lines of progress; null for the logger of the fixture, if one is starting.</param>
    /// <param name="cancellationToken">Cancels the step; the tool is reaped.</param>
    /// <returns>The directory of the repository in the cache, or <see cref="HuggingFaceModel.LocalDirectory"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">The name of the repository, or that of a file, is empty or begins with '-'.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time span in the options is out of its range.</exception>
    /// <exception cref="TimeoutException">It took longer than <see cref="ModelStoreOptions.Timeout"/>.</exception>
    /// <exception cref="ModelFetchException">
    /// The tool was not found or failed, files of the revision are missing, or this user may not use the directory.
    /// </exception>
    /// <exception cref="ReapTimeoutException">The tool ended, and something that it started could not be reaped.</exception>
    /// <exception cref="OperationCanceledException">The step was cancelled.</exception>
    /// <exception cref="IOException">The directory, or that of the lock, cannot be used.</exception>
    public static Task<StoredModel> EnsureHuggingFaceAsync(
        HuggingFaceModel model,
        ModelStoreOptions? options = null,
        ILogger? logger = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var step = new HuggingFaceStep(model);
        var fetch = new ModelFetch(step.Key, options ?? new ModelStoreOptions(), ModelLog.Find(logger)) { FindDoubt = step.FindDoubtAsync };
        return fetch.RunAsync(step.DownloadAsync, cancellationToken);
    }
}

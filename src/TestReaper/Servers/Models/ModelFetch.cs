using TestReaper.Reaping;
using TestReaper.Reaping.Costs;

namespace TestReaper.Servers.Models;

// Constraint: a model has gigabytes, so its download takes longer than any start. Inside the start, it counts for StartupTimeout, shows no
// progress, and two test processes download into one directory at the same time. A host that is killed leaves half a model, which looks
// like a whole one to the next run.
//
// Scheme: check the marker without the lock; take the lock; check again, because the holder may have fetched the model meanwhile; remove
// the marker; fetch; check what is stored; write the marker. One clock runs for all of it.
//
// Invariants:
// - A marker is written under the lock, after a fetch that was not cancelled has returned and has stored something. It is removed before a
//   fetch begins. A fetch whose result is in doubt succeeds without a marker, so that the next step repeats it.
// - The lock is held as long as the fetch runs, also if it ignores its token and is abandoned: another process must not write beside it.
// - RunAsync returns at most Abandonment after its timeout or its cancellation.
// - The watchdog ends what the fetch of a killed host has started. Commands of ModelContext.RunAsync inherit the lock, so the kernel frees
//   it after their end.

/// <summary>One step that makes sure that a model is complete.</summary>
internal sealed class ModelFetch
{
    private readonly ModelKey _key;
    private readonly ModelMarker _marker;
    private readonly ModelStoreOptions _options;
    private readonly ILogger _logger;
    private bool _hasLock;
    private string? _doubt;

    public ModelFetch(ModelKey key, ModelStoreOptions options, ILogger logger)
    {
        ModelClock.Check(options.Timeout, options.ProgressInterval);
        (_key, _marker, _options, _logger) = (key, new ModelMarker(key), options, logger);
    }

    /// <summary>How long a fetch that was cancelled may take to end.</summary>
    public TimeSpan Abandonment { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Checks the result of a fetch by a tool that may end without an error before the model is complete. Returns why it is in doubt;
    /// null if it is complete. Null for a fetch of the caller: then the directory must have files of the model.
    /// </summary>
    public Func<CancellationToken, Task<string?>>? FindDoubt { get; init; }

    private StoredModel Stored => new(_key.Directory, WasFetched: false, ModelDirectories.Size(_key.Directory));

    public Task<StoredModel> RunAsync(Func<ModelContext, CancellationToken, Task> fetch, CancellationToken cancellationToken) =>
        ModelClock.RunAsync(_options.Timeout, limit => EnsureAsync(fetch, limit), ExplainTimeout, cancellationToken);

    private async Task<StoredModel> EnsureAsync(Func<ModelContext, CancellationToken, Task> fetch, CancellationToken limit)
    {
        limit.ThrowIfCancellationRequested();
        if (_marker.IsComplete())
        {
            return Stored;
        }

        var start = Stopwatch.GetTimestamp();
        _key.Use(() => Directory.CreateDirectory(_key.Directory));
        var hold = await ModelLock.AcquireAsync(_key, _options.ProgressInterval, _logger, limit).ConfigureAwait(false);
        _hasLock = true;
        var stored = Stored with { WasFetched = await FetchUnderAsync(hold, fetch, limit).ConfigureAwait(false) };
        stored = stored with { Bytes = ModelDirectories.Size(_key.Directory) };
        var (elapsed, bytes) = (ReapReportText.Seconds(Stopwatch.GetElapsedTime(start)), CostText.Bytes(stored.Bytes));
        if (_doubt is null)
        {
            _logger.LogInformation(
                "{Model} is complete after {Elapsed}: {Bytes} in {Directory}", _key.Name, elapsed, bytes, stored.Directory);
        }
        else
        {
            _logger.LogWarning(
                "{Model} is used as it is after {Elapsed}: {Bytes} in {Directory}. Whether it is complete is not known, because {Doubt}. " +
                "The next step checks it again.",
                _key.Name, elapsed, bytes, stored.Directory, _doubt);
        }

        return stored;
    }

    /// <returns>Whether the model was fetched; false if another process had done it.</returns>
    private async Task<bool> FetchUnderAsync(
        ModelLock hold, Func<ModelContext, CancellationToken, Task> fetch, CancellationToken limit)
    {
        Task? work = null;
        try
        {
            if (_marker.IsComplete())
            {
                return false;
            }

            var before = _marker.List();
            _marker.Remove();
            work = FetchAsync(hold, fetch, limit);
            await EndAsync(work, limit).ConfigureAwait(false);

            // A fetch may answer its token by returning early. What it has stored is not complete.
            limit.ThrowIfCancellationRequested();
            await CheckAsync(before, limit).ConfigureAwait(false);
            if (_doubt is null)
            {
                _marker.Write();
            }

            return true;
        }
        finally
        {
            _ = (work ?? Task.CompletedTask).ContinueWith(
                _ => hold.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task CheckAsync(IReadOnlySet<string> before, CancellationToken limit)
    {
        if (FindDoubt is not null)
        {
            _doubt = await FindDoubt(limit).ConfigureAwait(false);
        }
        else if (!_marker.HasFiles(before))
        {
            throw new ModelFetchException(
                $"The fetch of {_key.Name} has ended and stored no file in {_key.Directory}. Store the model in ModelContext.Directory. " +
                "If other models are stored there, use a directory of its own.",
                _key.Name);
        }
    }

    private Task FetchAsync(ModelLock hold, Func<ModelContext, CancellationToken, Task> fetch, CancellationToken limit)
    {
        var tool = new ModelTool(_key.Name, hold, _logger, limit);
        var context = new ModelContext(_key.Name, _key.Directory, tool);
        var progress = new ModelProgress(
            $"Fetching {_key.Name}", _key.Directory, _options.ProgressInterval, _options.Timeout, _logger);

        // A fetch that blocks its thread must not block the caller's.
        return progress.WhileAsync(
            () => Task.Run(() => fetch(context, limit), CancellationToken.None),
            () => ModelDirectories.Size(_key.Directory),
            () => tool.LastLine);
    }

    // After a cancellation the fetch has some time to reap its commands. An abandoned one is observed by no other code.
    private async Task EndAsync(Task work, CancellationToken limit)
    {
        var isOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (limit.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), isOver))
        {
            await Task.WhenAny(work, isOver.Task).ConfigureAwait(false);
        }

        if (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Abandonment, CancellationToken.None)).ConfigureAwait(false);
        }

        if (!work.IsCompleted)
        {
            _ = work.ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
            limit.ThrowIfCancellationRequested();
        }

        await work.ConfigureAwait(false);
    }

    private string ExplainTimeout() =>
        $"{_key.Name} is not complete after {ReapReportText.Seconds(_options.Timeout)}: " +
        $"{(_hasLock ? "its fetch did not end" : "another fetch into this directory has not ended")}. " +
        $"{CostText.Bytes(ModelDirectories.Size(_key.Directory))} are in {_key.Directory}; the next attempt may continue from there. " +
        "Raise ModelStoreOptions.Timeout, or fetch the model before the tests.";
}

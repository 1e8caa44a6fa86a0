using System.Diagnostics;

namespace SampleServer.Processes;

/// <summary>The processes that the launcher starts: workers and, indirectly, the scheduler.</summary>
internal sealed class Fleet(Options options) : IDisposable
{
    private readonly string[] _roles = [Roles.Launcher, .. Roles.Workers(options.Workers), Roles.Scheduler];
    private readonly TaskCompletionSource _ready = new();
    private readonly List<Process> _workers = [];

    public Task Ready => _ready.Task;

    public IEnumerable<ReadyFile> Processes =>
        _roles.Select(role => ReadyFile.Read(options.Data!, role)).OfType<ReadyFile>();

    public void Start(int httpPort)
    {
        new ReadyFile(Roles.Launcher, Environment.ProcessId, httpPort).Write(options.Data!);

        var schedulerStarter = Self.Start(options.ArgumentsFor(Roles.SchedulerStarter));
        _workers.AddRange(Roles.Workers(options.Workers).Select(role => Self.Start(options.ArgumentsFor(role))));

        _ = WatchAsync(schedulerStarter);
    }

    public async Task StopWorkersAsync()
    {
        foreach (var worker in _workers)
        {
            Self.Terminate(worker);
        }

        // The scheduler is not stopped, because it is not a child any more. Real servers have this bug.
        await Task.WhenAll(_workers.Select(worker => worker.WaitForExitAsync()));
    }

    public void Dispose() => _workers.ForEach(worker => worker.Dispose());

    private async Task WatchAsync(Process schedulerStarter)
    {
        using (schedulerStarter)
        {
            await schedulerStarter.WaitForExitAsync();
        }

        while (Processes.Count() < _roles.Length)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        if (!options.NeverReady)
        {
            _ready.SetResult();
        }
    }
}

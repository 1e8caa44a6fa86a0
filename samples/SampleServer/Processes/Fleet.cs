using System.Diagnostics;

namespace SampleServer.Processes;

/// <summary>The processes the launcher caused to exist.</summary>
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

        // Nobody stops the scheduler. It is no longer a child, so it is forgotten: the bug real servers have.
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

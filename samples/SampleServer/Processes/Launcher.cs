using SampleServer.Holding;
using SampleServer.Http;

namespace SampleServer.Processes;

/// <summary>The process that a test starts. It serves HTTP and is the parent of the workers.</summary>
internal static class Launcher
{
    public static async Task<int> RunAsync(Options options)
    {
        var log = new Log(Roles.Launcher);
        log.Say($"loading {Completion.Model} with {options.Workers} workers");

        if (options.DieAtStart)
        {
            log.Fail("CUDA error: no device");
            return 1;
        }

        using var stop = new StopRequest(options.IgnoreSigterm);
        using var lockFile = LockFile.Take(options.Data!, Roles.Launcher);
        ReadyFile.DeleteAll(options.Data!);

        if (!LockedMemory.TryTake())
        {
            log.Say("memory cannot be locked on this system; the server runs without it");
        }

        // The port is bound before any child starts: a launcher that fails to bind must not leave children behind.
        using var fleet = new Fleet(options);
        await using var http = await HttpServer.StartAsync(options, fleet);
        log.Say($"listening on {http.Urls.Single()}");

        fleet.Start(httpPort: new Uri(http.Urls.Single()).Port);
        _ = fleet.Ready.ContinueWith(_ => log.Say("ready"), TaskContinuationOptions.OnlyOnRanToCompletion);

        await stop.Requested;
        log.Say("shutting down");

        await http.StopAsync();
        await Task.WhenAll(fleet.StopWorkersAsync(), Task.Delay(options.SlowExit));

        return 0;
    }
}

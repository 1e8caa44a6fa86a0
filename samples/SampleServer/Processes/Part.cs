using System.Net;
using System.Net.Sockets;
using SampleServer.Holding;

namespace SampleServer.Processes;

/// <summary>A worker or the scheduler: it holds its resources until SIGTERM.</summary>
internal static class Part
{
    private static readonly TimeSpan SafetyNet = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(Options options)
    {
        var log = new Log(options.Role);
        using var stop = new StopRequest(options.IgnoreSigterm);

        if (options.Role == Roles.Scheduler)
        {
            SchedulerStarter.LeaveSession();
        }

        using var lockFile = LockFile.Take(options.Data!, options.Role);
        _ = LockedMemory.TryTake();

        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();

        log.Say(options.Role == Roles.Scheduler ? "ready" : "weights loaded");
        new ReadyFile(options.Role, Environment.ProcessId, ((IPEndPoint)listener.LocalEndpoint).Port).Write(options.Data!);

        await Task.WhenAny(stop.Requested, Task.Delay(SafetyNet));
        await Task.Delay(options.SlowExit);

        return 0;
    }
}

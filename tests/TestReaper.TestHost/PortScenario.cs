using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashRecovery;
using TestReaper.Platform;

namespace TestReaper.TestHost;

/// <summary>
/// Starts servers at the same time, each with a block of ports and a file that contains its port. Prints "held" and the first port of each
/// block. They are reaped when the standard input ends. If a start fails, it prints "refused", the type and the reason, and starts servers
/// with blocks of ten ports.
/// </summary>
/// <remarks>
/// Arguments: the number of servers, the number of ports of each, and the directory of the logs. The argument <c>sweep</c> sweeps instead.
/// </remarks>
internal static class PortScenario
{
    public static async Task RunAsync(string[] args)
    {
        if (args is ["sweep"])
        {
            await new Sweep(ProcessPlatform.Current, NullLogger.Instance).RunAsync();
            return;
        }

        var (count, length) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var options = new ServerProcessOptions
        {
            FileName = "/bin/sleep",
            Arguments = ["600"],
            Environment = new Dictionary<string, string?> { ["SERVER_PORT"] = "{port}" },
            Files = new Dictionary<string, string> { ["conf/server.conf"] = "listen {port};" },
            PortBlocks = new Dictionary<string, PortBlock> { ["port"] = new(length) },
            LogDirectory = args[2],
        };
        Task<ServerProcess[]> StartAllAsync() =>
            Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => ServerProcess.StartAsync(options))));
        ServerProcess[] servers;
        try
        {
            servers = await StartAllAsync();
        }
        catch (Exception error)
        {
            Console.WriteLine($"refused {error.GetType().Name}: {error.Message.Split('\n')[0]}");
            options = options with { PortBlocks = new Dictionary<string, PortBlock> { ["port"] = new(10) } };
            servers = await StartAllAsync();
        }

        Console.WriteLine($"held {string.Join(',', servers.Select(server => server.Port))}");
        await Console.In.ReadToEndAsync();
        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
    }
}

using Microsoft.Extensions.Logging;

namespace TestReaper.Fixtures;

/// <summary>The servers of one fixture in the order of their start.</summary>
internal sealed class FixtureServers(ILogger logger)
{
    private readonly object _gate = new();
    private readonly List<ServerProcess> _servers = [];

    public async Task<ServerProcess> StartAsync(ServerProcessOptions options, CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(options, logger, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _servers.Add(server);
        }

        return server;
    }

    /// <summary>The new server takes the old one's place in the order.</summary>
    public async Task<ServerProcess> RestartAsync(ServerProcess old, CancellationToken cancellationToken)
    {
        var server = await old.RestartAsync(logger, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _servers[_servers.IndexOf(old)] = server;
        }

        return server;
    }

    /// <summary>Last started, first stopped; a failure of one does not keep the others alive.</summary>
    public async Task ReapAsync(ServerProcess? main, TimeSpan mainGracePeriod, List<Exception> failures)
    {
        ServerProcess[] servers;
        lock (_gate)
        {
            servers = [.. Enumerable.Reverse(_servers)];
            _servers.Clear();
        }

        foreach (var server in servers)
        {
            await CollectAsync(server == main ? server.ReapWithinAsync(mainGracePeriod) : server.ReapAsync(), failures).ConfigureAwait(false);
        }
    }

    public static async Task CollectAsync(Task reap, List<Exception> failures)
    {
        try
        {
            await reap.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failures.Add(error);
        }
    }
}

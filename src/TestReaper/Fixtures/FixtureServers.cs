using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Servers.Output;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Recording;

namespace TestReaper.Fixtures;

/// <summary>The servers of one fixture, in the order of their start, and its further processes.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "ReapAsync is its disposal.")]
internal sealed class FixtureServers(Type fixture, ILogger logger)
{
    private readonly object _gate = new();

    // The owner of the fixture, not the test that later restarts a server through a shared fixture.
    private readonly TreeOwner? _owner = TreeOwner.Current;
    private readonly List<ServerProcess> _servers = [];
    private readonly List<(string? Log, string? StacksFile)> _replaced = [];
    private readonly List<Task> _starting = [];
    private readonly CancellationTokenSource _closed = new();
    private ProcessReaper? _processes;

    public Task<ServerProcess> StartAsync(ServerProcessOptions options, CancellationToken cancellationToken) =>
        StartAsync(token => ServerProcess.StartAsync(options, logger, token), _servers.Add, cancellationToken);

    /// <summary>Replaces the old server by the new one, at the same position in the order.</summary>
    public Task<ServerProcess> RestartAsync(ServerProcess old, CancellationToken cancellationToken) =>
        StartAsync(token => old.RestartAsync(logger, token), server => Replace(old, server), cancellationToken);

    /// <summary>A copy of the list.</summary>
    public IReadOnlyList<ServerProcess> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _servers];
            }
        }
    }

    /// <summary>From now on the end of a server does not count as a death.</summary>
    public void ExpectExits()
    {
        foreach (var server in All)
        {
            server.Exits?.ExpectExit();
        }
    }

    /// <summary>The logs that exist, also of servers that were replaced.</summary>
    public IReadOnlyList<string> Logs => [.. Files.Select(files => files.Log).OfType<string>().Where(File.Exists)];

    /// <summary>The files of recordings that exist, also of servers that were replaced.</summary>
    public IReadOnlyList<string> Recordings => [.. Files.SelectMany(files => RecordingFiles.Of(files.StacksFile))];

    /// <summary>Creates a mask for the secrets of this process, the servers and the further processes.</summary>
    public SecretMask CreateMask()
    {
        lock (_gate)
        {
            var mask = _servers.Aggregate(SecretMask.OfThisProcess(), (mask, server) => mask.With(MaskOf(server.Options)));
            return _processes is null ? mask : mask.With(_processes.Mask);
        }
    }

    public Process Start(ProcessStartInfo startInfo)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            return Processes().Start(startInfo);
        }
    }

    public void Track(Process process)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            Processes().Record(process);
        }
    }

    /// <summary>Reaps the processes, then the servers, last started first, each even if another failed. Refuses later starts.</summary>
    public async Task ReapAsync(ServerProcess? main, TimeSpan mainGracePeriod, List<Exception> failures)
    {
        await CloseAsync().ConfigureAwait(false);
        if (_processes is not null)
        {
            await failures.CollectAsync(() => _processes.ReapAsync()).ConfigureAwait(false);
        }

        foreach (var server in Enumerable.Reverse(_servers))
        {
            await failures.CollectAsync(() => server == main ? server.ReapWithinAsync(mainGracePeriod) : server.ReapAsync())
                .ConfigureAwait(false);
        }
    }

    private IReadOnlyList<(string? Log, string? StacksFile)> Files
    {
        get
        {
            lock (_gate)
            {
                return [.. _replaced, .. _servers.Select(FilesOf)];
            }
        }
    }

    private static (string? Log, string? StacksFile) FilesOf(ServerProcess server) => (server.Output.LogFile, server.StacksFile);

    private static SecretMask MaskOf(ServerProcessOptions options) => SecretMask.For(
        [.. options.Arguments, $"{options.Endpoint}", $"{options.AttachTo}"],
        [
            .. options.Environment.Select(variable => KeyValuePair.Create(variable.Key, variable.Value ?? "")),
            .. ProbeTree.Secrets(options.Readiness),
        ]);

    private void Replace(ServerProcess old, ServerProcess server)
    {
        _replaced.Add(FilesOf(old));
        _servers[_servers.IndexOf(old)] = server;
    }

    private Task<ServerProcess> StartAsync(
        Func<CancellationToken, Task<ServerProcess>> start, Action<ServerProcess> keep, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            var starting = Task.Run(StartAndKeepAsync, CancellationToken.None);
            _starting.RemoveAll(earlier => earlier.IsCompleted);
            _starting.Add(starting);
            return starting;
        }

        async Task<ServerProcess> StartAndKeepAsync()
        {
            TreeOwner.Enter(_owner);
            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
            var server = await start(cancelled.Token).ConfigureAwait(false);
            lock (_gate)
            {
                keep(server);
            }

            return server;
        }
    }

    // A test that timed out may still be starting a server while its fixture is disposed.
    private async Task CloseAsync()
    {
        Task[] starting;
        lock (_gate)
        {
            _closed.Cancel();
            starting = [.. _starting];
        }

        await Task.WhenAll(starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ProcessReaper Processes() =>
        _processes ??= new ProcessReaper(logger: logger) { Owner = _owner, Description = $"{fixture.Name}.Start or Track" };

    private void ThrowIfClosed()
    {
        if (_closed.IsCancellationRequested)
        {
            throw new InvalidOperationException(
                $"{fixture.Name} was disposed, or its start has failed. It starts no more processes, because it would not stop them.");
        }
    }
}

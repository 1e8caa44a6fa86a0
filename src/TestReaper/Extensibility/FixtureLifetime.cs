using TestReaper.CrashRecovery;
using TestReaper.Fixtures;
using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Models;
using TestReaper.Servers.Recording;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Extensibility;

/// <summary>
/// The life of the servers of one fixture. The fixture of a test framework creates one, forwards its members to it, and calls
/// <see cref="StartAsync"/> and <see cref="StopAsync"/> when the framework sets the fixture up and tears it down.
/// </summary>
/// <remarks>
/// For one start and one stop. The members may be called from several threads, except <see cref="StartAsync"/> and
/// <see cref="RestartAsync"/>, of which one may run at a time.
/// <para>
/// The order of an adapter with leak checks: <see cref="ProcessOwner.Enter"/>, <see cref="LeakCheck.BeginForClass"/>, then construct and
/// start the fixture, run the tests, <see cref="StopAsync"/>, <see cref="FixtureFailure.Extract"/>, <see cref="LeakCheck.EndAsync"/>. At
/// the end of the run: <see cref="SharedFixtures.StopAllAsync"/>, then the check of the run.
/// </para>
/// </remarks>
public sealed class FixtureLifetime
{
    private readonly Type _fixture;
    private readonly IFixtureHooks _hooks;
    private readonly ILogger _logger;
    private readonly FixtureServers _servers;
    private readonly UnseenFailures _failures = new();
    private readonly object _gate = new();
    private ServerProcess? _server;
    private Task? _stop;
    private bool _stopped;

    /// <summary>Creates the lifetime; nothing is started yet. The current <see cref="ProcessOwner"/> owns what it starts.</summary>
    /// <param name="fixture">The type of the fixture, which messages and TESTREAPER_ATTACH refer to by its name.</param>
    /// <param name="hooks">What the author of the fixture overrides.</param>
    /// <param name="logger">Gets the progress of the start, the tree of processes, the report of the reap, and failures.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public FixtureLifetime(Type fixture, IFixtureHooks hooks, ILogger logger)
    {
        _fixture = fixture ?? throw new ArgumentNullException(nameof(fixture));
        _hooks = hooks ?? throw new ArgumentNullException(nameof(hooks));
        _logger = SafeLogger.Around(logger ?? throw new ArgumentNullException(nameof(logger)));
        _servers = new FixtureServers(fixture, _logger);
    }

    /// <summary>The ready server.</summary>
    /// <exception cref="ServerStartException">The server could not be started; the message has its last output.</exception>
    /// <exception cref="ServerExitedException">
    /// The root has ended by itself. The first message has the status, the last output and the log, the later ones are one line.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fixture was not started, or was stopped.</exception>
    /// <remarks>With a <see cref="IFixtureHooks.SkipReason"/> it throws <see cref="IFixtureHooks.CreateSkipException"/> instead.</remarks>
    public ServerProcess Server
    {
        get => DeadOrAlive() is var server && server.Exits?.CreateFailure() is { } death ? throw death : server;
    }

    /// <summary>The logs that exist, after <see cref="StopAsync"/> those that are kept. By default a clean end deletes the log.</summary>
    public IReadOnlyList<string> KeptLogs => _servers.Logs;

    /// <summary>The files of <see cref="ServerProcessOptions.FlightRecorder"/> that exist: texts, and minidumps after each.</summary>
    public IReadOnlyList<string> Recordings => [.. _servers.Recordings, .. RecordingFiles.Of(_failures.StacksFile)];

    /// <summary>
    /// Reaps what killed test hosts left on this machine, then starts the server and waits until it is ready. Never throws: a failure is
    /// kept and thrown by <see cref="Server"/>, and everything that had been started is reaped before this returns.
    /// </summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var step = nameof(_hooks.OnStartingAsync);
        ModelLog.Use(_logger);
        try
        {
            // Processes that an earlier run left may hold the port or the GPU that this server needs.
            if (ProcessPlatform.IsSupported)
            {
                await new Sweep(ProcessPlatform.Current, _logger).RunBrieflyAsync(cancellationToken).ConfigureAwait(false);
            }

            await _hooks.OnStartingAsync(cancellationToken).ConfigureAwait(false);
            if (_hooks.SkipReason is { } reason)
            {
                _logger.LogInformation("{Fixture} is not started: {Reason}", _fixture.Name, reason);
                return;
            }

            step = nameof(_hooks.CreateOptions);
            var options = AttachVariable.Apply(_hooks.CreateOptions(), _fixture);
            step = "the start of the server";
            _server = await _servers.StartAsync(options, cancellationToken).ConfigureAwait(false);
            step = nameof(_hooks.OnReadyAsync);
            await _hooks.OnReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            var isRequested = error is OperationCanceledException && cancellationToken.IsCancellationRequested;
            await KeepFailureAsync(Explain(error, step), isRequested).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Stops everything that was started: first the processes of <see cref="Start"/> and <see cref="Track"/>, then the servers, last
    /// started first. A failure does not prevent the rest from being stopped. Each call returns the same task. It completes although
    /// tests block the thread pool. For each server, one after the other, it takes at most the time that <see cref="ReapOptions"/> states,
    /// and 5 s to find the cause of a death that no test has seen.
    /// </summary>
    /// <exception cref="ReapTimeoutException">Processes are left, or ports or locks are still held.</exception>
    /// <exception cref="InvalidOperationException"><see cref="IFixtureHooks.OnStoppingAsync"/> failed.</exception>
    /// <exception cref="TimeoutException"><see cref="IFixtureHooks.OnStoppingAsync"/> exceeded the grace period.</exception>
    /// <exception cref="ServerStartException">The start has failed, and no test has seen that.</exception>
    /// <exception cref="ServerExitedException">A server has ended by itself, and no test has seen that.</exception>
    /// <exception cref="AggregateException">Several of these.</exception>
    /// <remarks><see cref="FixtureFailure.Extract"/> recognizes what it throws.</remarks>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stop ??= StandbyThread.Run(null, "TestReaper fixture stop", StopOnce);
        }
    }

    // Runs on a dedicated thread and blocks it, so that tests that block the thread pool do not delay the stop.
    private bool StopOnce()
    {
        var failures = new List<Exception>();
        var server = _server;

        // The hook may stop the server.
        _servers.ExpectExits();
        var gracePeriod = server is null
            ? TimeSpan.Zero
            : StoppingHook.Run(_fixture.Name, _hooks.OnStoppingAsync, server.Options.Reap.GracePeriod, _servers.CreateMask, failures);
        _stopped = true;
        _servers.ReapAsync(server, gracePeriod, failures).GetAwaiter().GetResult();
        if (failures.Count > 0)
        {
            GpuLeaks.RemoveReported(failures);
            _logger.LogError(
                "{Fixture} did not stop cleanly: {Failures}",
                _fixture.Name,
                string.Join(Environment.NewLine, failures.Select(failure => failure.Message)));
        }

        failures.InsertRange(0, _failures.Take(_servers.All));
        if (failures.Count > 0)
        {
            var error = failures.Count == 1 ? failures[0] : new AggregateException($"{_fixture.Name} did not stop cleanly.", failures);
            throw error.MarkedFor(_fixture);
        }

        return true;
    }

    /// <summary>Reaps the server and starts it again with the same options and ports. No hook runs.</summary>
    /// <remarks>After a failure <see cref="Server"/> throws it.</remarks>
    /// <param name="cancellationToken">Cancels the start, never the reap.</param>
    /// <returns>The new server.</returns>
    /// <exception cref="ReapTimeoutException">The old server could not be reaped.</exception>
    /// <exception cref="ServerStartException">The new server could not be started.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The server was attached to, or is not available.</exception>
    public async Task<ServerProcess> RestartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var old = DeadOrAlive();
            old.Exits?.MarkReported();
            return _server = await _servers.RestartAsync(old, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ServerStartException or OperationCanceledException or ReapTimeoutException)
        {
            // The old server is gone: the next use of Server throws this failure.
            _failures.KeepStartFailure(Explain(error, "the restart of the server"), isSeen: true);
            _server = null;
            throw;
        }
    }

    /// <summary>Starts a further server, which is stopped before those that were started earlier.</summary>
    /// <inheritdoc cref="ServerProcess.StartAsync"/>
    /// <exception cref="InvalidOperationException">The fixture was stopped, or its start has failed.</exception>
    public Task<ServerProcess> StartServerAsync(ServerProcessOptions options, CancellationToken cancellationToken) =>
        _servers.StartAsync(options, cancellationToken);

    /// <summary>Starts a further process, which is reaped with its tree before the servers are.</summary>
    /// <inheritdoc cref="ProcessReaper.Start"/>
    /// <exception cref="InvalidOperationException">The fixture was stopped, or its start has failed.</exception>
    public Process Start(ProcessStartInfo startInfo) => _servers.Start(startInfo);

    /// <summary>Takes over a process that was started elsewhere: it is reaped with its tree before the servers are.</summary>
    /// <inheritdoc cref="ProcessReaper.Record"/>
    /// <returns><paramref name="process"/>.</returns>
    /// <exception cref="InvalidOperationException">The fixture was stopped, or its start has failed.</exception>
    public Process Track(Process process)
    {
        _servers.Track(process);
        return process;
    }

    /// <summary>
    /// Passes each line of the server's output, from now on, to the output of a test. Dispose the result at the end of the test. It also
    /// ends when <paramref name="writeLine"/> throws an <see cref="InvalidOperationException"/>, an <see cref="ObjectDisposedException"/>
    /// or a <see cref="NullReferenceException"/>, as the outputs of test frameworks do after the end of their test.
    /// </summary>
    /// <param name="writeLine">Writes one line. Called on another thread, never concurrently.</param>
    /// <param name="onEnd">Called once when the result is disposed while the test runs, for example to attach the last lines.</param>
    /// <returns>Stops passing lines when disposed, after a wait of at most 0.5 s for lines that were written before.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="writeLine"/> is null.</exception>
    /// <inheritdoc cref="Server" path="/exception"/>
    public IDisposable ForwardOutput(Action<string> writeLine, Action<ServerOutput>? onEnd = null)
    {
        ArgumentNullException.ThrowIfNull(writeLine);
        return new OutputLink(Server.Output, writeLine, onEnd);
    }

    private ServerProcess DeadOrAlive()
    {
        _failures.ThrowStartFailure();
        var server = (_stopped ? null : _server)
            ?? throw (_hooks.SkipReason is { } reason ? _hooks.CreateSkipException(reason) : NoServer.For(_fixture, _stopped));
        server.Exits?.Users.AddCurrent();
        return server;
    }

    private ServerStartException Explain(Exception error, string step) => error as ServerStartException ?? StartFailure.FixtureStep(
        _fixture.Name, step, error, _server?.Output, _servers.CreateMask(),
        error as ServerExitedException ?? _server?.Exits?.CreateFailure());

    private async Task KeepFailureAsync(ServerStartException error, bool isRequested)
    {
        var failures = new List<Exception>();
        _server = null;
        _servers.ExpectExits();
        await _servers.ReapAsync(main: null, TimeSpan.Zero, failures).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            error = StartFailure.FixtureNotReaped(error, failures);
        }

        _logger.LogError("{Message}", error.Message);
        _failures.KeepStartFailure(error, isRequested);
    }
}

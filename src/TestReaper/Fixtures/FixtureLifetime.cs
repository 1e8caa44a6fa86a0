using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Fixtures;

/// <summary>The life of a server fixture, the same under every test framework: the adapters only call it.</summary>
internal sealed class FixtureLifetime(Type fixture, IFixtureHooks hooks, ILogger logger)
{
    // For a hook to notice that its token has fired, on a busy machine too.
    private static readonly TimeSpan HeedToken = TimeSpan.FromMilliseconds(500);
    private readonly ILogger _logger = SafeLogger.Around(logger);
    private readonly FixtureServers _servers = new(fixture, SafeLogger.Around(logger));
    private readonly object _gate = new();
    private ServerProcess? _server;
    private ExceptionDispatchInfo? _startFailure;
    private Task? _stop;
    private bool _stopped;

    public ServerProcess Server
    {
        get
        {
            _startFailure?.Throw();
            return (_stopped ? null : _server) ?? throw (hooks.SkipReason is { } reason
                ? hooks.Unavailable(reason)
                : new InvalidOperationException(_stopped
                    ? $"The server of {fixture.Name} has been stopped: its fixture was disposed."
                    : $"The server of {fixture.Name} has not been started: let the test framework make the fixture, " +
                        "or await its initialization first."));
        }
    }

    /// <summary>Never throws: a failure is kept for the tests that need the server, and what had started is reaped at once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var step = nameof(hooks.OnStartingAsync);
        try
        {
            await SweepAsync(cancellationToken).ConfigureAwait(false);
            await hooks.OnStartingAsync(cancellationToken).ConfigureAwait(false);
            if (hooks.SkipReason is { } reason)
            {
                _logger.LogInformation("{Fixture} is not started: {Reason}", fixture.Name, reason);
                return;
            }

            step = nameof(hooks.CreateOptions);
            var options = AttachVariable.Apply(hooks.CreateOptions(), fixture);
            step = "the start of the server";
            _server = await _servers.StartAsync(options, cancellationToken).ConfigureAwait(false);
            step = nameof(hooks.OnReadyAsync);
            await hooks.OnReadyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await KeepFailureAsync(Explain(error, step)).ConfigureAwait(false);
        }
    }

    /// <summary>The log files that are there when all is stopped: of a clean run there are none.</summary>
    public IReadOnlyList<string> KeptLogs => _servers.Logs;

    /// <summary>Stops everything, last started first, and throws what went wrong with it.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stop ??= StandbyThread.Run(null, "TestReaper fixture stop", StopOnce);
        }
    }

    // On a thread of its own, which it may block: tests that block the whole pool, or its one thread, do not hold it up.
    private bool StopOnce()
    {
        var failures = new List<Exception>();
        var server = _server;
        var gracePeriod = server is null ? TimeSpan.Zero : RunStoppingHook(server, failures);
        _stopped = true;
        _servers.ReapAsync(server, gracePeriod, failures).GetAwaiter().GetResult();
        if (failures.Count > 0)
        {
            _logger.LogError(
                "{Fixture} did not stop cleanly: {Failures}",
                fixture.Name,
                string.Join(Environment.NewLine, failures.Select(failure => failure.Message)));
            var error = failures.Count == 1 ? failures[0] : new AggregateException($"{fixture.Name} did not stop cleanly.", failures);
            throw error.MarkedFor(fixture);
        }

        return true;
    }

    public async Task<ServerProcess> RestartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _server = await _servers.RestartAsync(Server, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ServerStartException or OperationCanceledException or ReapTimeoutException)
        {
            // The old server is gone: its next use throws the reason.
            _startFailure ??= ExceptionDispatchInfo.Capture(Explain(error, "the restart of the server"));
            _server = null;
            throw;
        }
    }

    public Task<ServerProcess> StartServerAsync(ServerProcessOptions options, CancellationToken cancellationToken) =>
        _servers.StartAsync(options, cancellationToken);

    public Process Start(ProcessStartInfo startInfo) => _servers.Start(startInfo);

    public Process Track(Process process)
    {
        _servers.Track(process);
        return process;
    }

    // What an earlier run left would hold the port or the GPU that this one is about to ask for.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        if (ProcessPlatform.IsSupported)
        {
            await new Sweep(ProcessPlatform.Current, _logger).RunBrieflyAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private ServerStartException Explain(Exception error, string step) =>
        error as ServerStartException ?? StartFailure.FixtureStep(fixture.Name, step, error, _server?.Output);

    private async Task KeepFailureAsync(ServerStartException error)
    {
        var failures = new List<Exception>();
        _server = null;
        await _servers.ReapAsync(main: null, TimeSpan.Zero, failures).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            error = StartFailure.FixtureNotReaped(error, failures);
        }

        _logger.LogError("{Message}", error.Message);
        _startFailure = ExceptionDispatchInfo.Capture(error);
    }

    /// <summary>The hook shares the grace period with the server; returns what is left of it.</summary>
    private TimeSpan RunStoppingHook(ServerProcess server, List<Exception> failures)
    {
        var period = server.Options.Reap.GracePeriod;
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(period);
        var hook = Task.Run(() => hooks.OnStoppingAsync(over.Token));
        Task.WaitAny([hook], period + HeedToken);
        if (!hook.IsCompleted || (hook.IsCanceled && over.IsCancellationRequested))
        {
            failures.Add(new TimeoutException(
                $"OnStoppingAsync of {fixture.Name} was not done within the grace period of {ReapReportText.Seconds(period)} " +
                "and was left behind. Let it heed its token, or raise ReapOptions.GracePeriod."));
        }
        else if (!hook.IsCompletedSuccessfully)
        {
            var error = hook.Exception?.InnerException ?? new OperationCanceledException();
            failures.Add(new InvalidOperationException($"OnStoppingAsync of {fixture.Name} failed: {error.Message}", error));
        }

        var left = period - Stopwatch.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

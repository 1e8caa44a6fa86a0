using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace TestReaper.Fixtures;

/// <summary>The life of a server fixture, the same under every test framework: the adapters only call it.</summary>
internal sealed class FixtureLifetime(Type fixture, IFixtureHooks hooks, ILogger logger)
{
    // For a hook to notice that its token has fired.
    private static readonly TimeSpan HeedToken = TimeSpan.FromMilliseconds(100);
    private readonly FixtureServers _servers = new(logger);
    private ProcessReaper? _recorded;
    private ServerProcess? _server;
    private ExceptionDispatchInfo? _startFailure;
    private bool _stopped;

    public ServerProcess Server
    {
        get
        {
            _startFailure?.Throw();
            return _server ?? throw (hooks.SkipReason is { } reason
                ? hooks.Unavailable(reason)
                : new InvalidOperationException(_stopped
                    ? $"The server of {fixture.Name} has been stopped: its fixture was disposed."
                    : $"The server of {fixture.Name} has not been started: let the test framework make the fixture, or await its initialization first."));
        }
    }

    private ProcessReaper Recorded => LazyInitializer.EnsureInitialized(ref _recorded, () => new ProcessReaper(logger: logger));

    /// <summary>Never throws: a failure is kept for the tests that need the server, and what had started is reaped at once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var step = nameof(hooks.OnStartingAsync);
        try
        {
            await hooks.OnStartingAsync(cancellationToken).ConfigureAwait(false);
            if (hooks.SkipReason is { } reason)
            {
                logger.LogInformation("{Fixture} is not started: {Reason}", fixture.Name, reason);
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
            await KeepFailureAsync(error as ServerStartException ?? Explain(error, step)).ConfigureAwait(false);
        }
    }

    /// <summary>Stops everything, last started first, and throws what went wrong with it.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        var failures = new List<Exception>();
        var server = Interlocked.Exchange(ref _server, null);
        var gracePeriod = server is null ? TimeSpan.Zero : await RunStoppingHookAsync(server, failures).ConfigureAwait(false);
        await ReapAsync(server, gracePeriod, failures).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            logger.LogError("{Fixture} did not stop cleanly: {Failures}", fixture.Name, string.Join(Environment.NewLine, failures.Select(failure => failure.Message)));
            throw failures.Count == 1 ? failures[0] : new AggregateException($"{fixture.Name} did not stop cleanly.", failures);
        }
    }

    public async Task<ServerProcess> RestartAsync(CancellationToken cancellationToken) =>
        _server = await _servers.RestartAsync(Server, cancellationToken).ConfigureAwait(false);

    public Task<ServerProcess> StartServerAsync(ServerProcessOptions options, CancellationToken cancellationToken) => _servers.StartAsync(options, cancellationToken);

    public Process Start(ProcessStartInfo startInfo) => Recorded.Start(startInfo);

    public Process Track(Process process)
    {
        Recorded.Record(process);
        return process;
    }

    private ServerStartException Explain(Exception error, string step)
    {
        var tail = _server is null ? "" : string.Join(Environment.NewLine, _server.Output.Tail.TakeLast(50));
        return new ServerStartException(
            $"{fixture.Name}: {step} failed: {error.Message}{(tail.Length == 0 ? "" : $"{Environment.NewLine}Last output of the server:{Environment.NewLine}{tail}")}",
            fixture.Name,
            outputTail: tail,
            innerException: error);
    }

    private async Task KeepFailureAsync(ServerStartException error)
    {
        var failures = new List<Exception>();
        _server = null;
        await ReapAsync(main: null, TimeSpan.Zero, failures).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            error = new ServerStartException(
                $"{error.Message}{Environment.NewLine}Then not all could be reaped: {string.Join(Environment.NewLine, failures.Select(failure => failure.Message))}",
                error.CommandLine, error.ExitCode, error.OutputTail, new AggregateException([error, .. failures]));
        }

        logger.LogError("{Message}", error.Message);
        _startFailure = ExceptionDispatchInfo.Capture(error);
    }

    /// <summary>The hook shares the grace period with the server; returns what is left of it.</summary>
    private async Task<TimeSpan> RunStoppingHookAsync(ServerProcess server, List<Exception> failures)
    {
        var period = server.Options.Reap.GracePeriod;
        var start = Stopwatch.GetTimestamp();
        using var over = new CancellationTokenSource(period);
        var hook = Task.Run(() => hooks.OnStoppingAsync(over.Token));
        try
        {
            await hook.WaitAsync(period + HeedToken).ConfigureAwait(false);
        }
        catch (Exception error) when (over.IsCancellationRequested && error is TimeoutException or OperationCanceledException)
        {
            failures.Add(new TimeoutException(
                $"OnStoppingAsync of {fixture.Name} was not done within the grace period of {ReapReportText.Seconds(period)} and was left behind. " +
                "Let it heed its token, or raise ReapOptions.GracePeriod."));
        }
        catch (Exception error)
        {
            failures.Add(new InvalidOperationException($"OnStoppingAsync of {fixture.Name} failed: {error.Message}", error));
        }

        var left = period - Stopwatch.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task ReapAsync(ServerProcess? main, TimeSpan gracePeriod, List<Exception> failures)
    {
        if (Interlocked.Exchange(ref _recorded, null) is { } recorded)
        {
            await FixtureServers.CollectAsync(recorded.ReapAsync(), failures).ConfigureAwait(false);
        }

        await _servers.ReapAsync(main, gracePeriod, failures).ConfigureAwait(false);
    }
}

using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Fixtures;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

/// <summary>
/// Starts a server before the tests that share this fixture and reaps its whole process tree after them. Derive from it, say in
/// <see cref="CreateOptions"/> what to start, and use it with <see cref="IClassFixture{TFixture}"/> or in a collection.
/// </summary>
/// <remarks>
/// The life cycle is sealed; override the hooks. A start that fails is reaped at once and its exception is thrown by each test
/// that uses <see cref="Server"/>. A test class may derive from this class, too: xUnit then starts one server for each TEST.
/// </remarks>
public abstract class ServerProcessFixture : IAsyncLifetime
{
    private readonly FixtureLifetime _lifetime;
    private readonly ILogger _logger;

    /// <summary>Makes a fixture that reports nothing but its failures.</summary>
    protected ServerProcessFixture()
        : this(NullLogger.Instance)
    {
    }

    /// <summary>Makes a fixture that reports progress, the started tree and the reap to xUnit's diagnostics.</summary>
    /// <param name="messageSink">From xUnit, which passes it to a fixture's constructor; shown with "diagnosticMessages": true in xunit.runner.json.</param>
    /// <exception cref="ArgumentNullException"><paramref name="messageSink"/> is null.</exception>
    protected ServerProcessFixture(IMessageSink messageSink)
        : this(new LineLogger(Diagnostics(messageSink)))
    {
    }

    /// <summary>For a test class that derives from this one: reports to the output of its test.</summary>
    /// <param name="output">From xUnit, which passes it to a test class's constructor.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    protected ServerProcessFixture(ITestOutputHelper output)
        : this(new LineLogger((output ?? throw new ArgumentNullException(nameof(output))).WriteLine))
    {
    }

    private ServerProcessFixture(ILogger logger)
    {
        _logger = logger;
        _lifetime = new FixtureLifetime(GetType(), new Hooks(this), logger);
    }

    /// <summary>The ready server.</summary>
    /// <exception cref="ServerStartException">It could not be started; the message has its last output.</exception>
    /// <exception cref="SkipException">It is not available here, see <see cref="SkipReason"/>; skips a [SkippableFact].</exception>
    /// <exception cref="InvalidOperationException">The fixture is not initialized, or disposed.</exception>
    public ServerProcess Server => _lifetime.Server;

    /// <summary>Where the server is reached.</summary>
    /// <inheritdoc cref="Server" path="/exception"/>
    public Uri BaseAddress => Server.BaseAddress;

    /// <summary>
    /// Why the server cannot run here, such as "no GPU"; null if it can. Set it in <see cref="OnStartingAsync"/>, or before.
    /// Tests marked [SkippableFact] that use <see cref="Server"/> are skipped for it.
    /// </summary>
    public string? SkipReason { get; protected set; }

    /// <summary>Called by xUnit. Starts the server; a failure is kept for the tests.</summary>
    public async Task InitializeAsync()
    {
        if (TestClasses.HasTests(GetType()))
        {
            _logger.LogWarning(
                "{Class} derives from ServerProcessFixture and has tests: xUnit makes one instance, and so one server, for each of them. " +
                "Move CreateOptions to a fixture of its own and use IClassFixture<> to share one server.", GetType().Name);
        }

        await _lifetime.StartAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Called by xUnit. Stops everything that this fixture started, last started first.</summary>
    /// <exception cref="ReapTimeoutException">Something is left.</exception>
    /// <exception cref="AggregateException">Several things went wrong.</exception>
    public Task DisposeAsync() => _lifetime.StopAsync();

    /// <summary>Reaps the server and starts it again with the same options and ports; <see cref="Server"/> is the new one then.</summary>
    /// <param name="cancellationToken">Cancels the start, never the reap.</param>
    /// <returns>The new server.</returns>
    /// <exception cref="ReapTimeoutException">The old server could not be reaped.</exception>
    /// <exception cref="ServerStartException">The new one could not be started.</exception>
    /// <exception cref="InvalidOperationException">The server was attached to.</exception>
    public Task<ServerProcess> RestartAsync(CancellationToken cancellationToken = default) => _lifetime.RestartAsync(cancellationToken);

    /// <summary>Runs before anything is started: download a model, look for a GPU, set <see cref="SkipReason"/>.</summary>
    /// <param name="cancellationToken">Never fires under xUnit v2, which has no token for fixtures.</param>
    protected virtual Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says what to start. Not called if <see cref="SkipReason"/> is set.</summary>
    protected abstract ServerProcessOptions CreateOptions();

    /// <summary>Runs when the server is ready: warm it up, load data. If it throws, the server is reaped. Not run again by <see cref="RestartAsync"/>.</summary>
    /// <param name="cancellationToken">Never fires under xUnit v2, which has no token for fixtures.</param>
    protected virtual Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the server is stopped, inside <see cref="ReapOptions.GracePeriod"/>.</summary>
    /// <param name="cancellationToken">Fires at the end of the grace period; the hook is then left behind and reported.</param>
    protected virtual Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Starts a further server, which is stopped before those that were started earlier.</summary>
    /// <inheritdoc cref="ServerProcess.StartAsync"/>
    protected Task<ServerProcess> StartServerAsync(ServerProcessOptions options, CancellationToken cancellationToken = default) =>
        _lifetime.StartServerAsync(options, cancellationToken);

    /// <summary>Starts a further process, which is reaped with its tree before the servers are.</summary>
    /// <inheritdoc cref="ProcessReaper.Start"/>
    protected Process Start(ProcessStartInfo startInfo) => _lifetime.Start(startInfo);

    /// <summary>Takes over a process that was started elsewhere: it is reaped with its tree before the servers are.</summary>
    /// <inheritdoc cref="ProcessReaper.Record"/>
    /// <returns><paramref name="process"/>.</returns>
    protected Process Track(Process process) => _lifetime.Track(process);

    private static Action<string> Diagnostics(IMessageSink messageSink)
    {
        ArgumentNullException.ThrowIfNull(messageSink);
        return message => messageSink.OnMessage(new DiagnosticMessage(message));
    }

    private sealed class Hooks(ServerProcessFixture fixture) : IFixtureHooks
    {
        public string? SkipReason => fixture.SkipReason;

        public Task OnStartingAsync(CancellationToken cancellationToken) => fixture.OnStartingAsync(cancellationToken);

        public ServerProcessOptions CreateOptions() => fixture.CreateOptions();

        public Task OnReadyAsync(CancellationToken cancellationToken) => fixture.OnReadyAsync(cancellationToken);

        public Task OnStoppingAsync(CancellationToken cancellationToken) => fixture.OnStoppingAsync(cancellationToken);

        public Exception Unavailable(string reason) => new SkipException(reason);
    }
}

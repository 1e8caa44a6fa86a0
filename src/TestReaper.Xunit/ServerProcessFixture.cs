using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Logging;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// Starts a server before the tests that share this fixture, and reaps its whole process tree after them. Derive from this class and
/// describe the server in <see cref="CreateOptions"/>.
/// </summary>
/// <remarks>
/// Use it with IClassFixture or in a collection. A test class that derives from it gets one server for each test. Initialization and
/// disposal cannot be overridden; override the hooks. If the start fails, everything that was started is reaped at once, and each test
/// that uses <see cref="Server"/> throws the exception of the start.
/// </remarks>
public abstract partial class ServerProcessFixture : IAsyncLifetime
{
    private readonly FixtureLifetime _lifetime;
    private readonly ILogger _logger;

    /// <summary>Creates a fixture that writes its progress, the started tree and the reap to the diagnostics of xUnit.</summary>
    /// <param name="messageSink">
    /// Passed by xUnit to the constructor of a fixture. Set "diagnosticMessages": true in xunit.runner.json to see the messages.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="messageSink"/> is null.</exception>
    protected ServerProcessFixture(IMessageSink messageSink)
        : this(new LineLogger(ToDiagnostics(messageSink)))
    {
    }

    private ServerProcessFixture(ILogger logger)
    {
        _logger = logger;
        _lifetime = new FixtureLifetime(GetType(), new Hooks(this), logger);
    }

    /// <summary>The ready server.</summary>
    /// <exception cref="ServerStartException">The server could not be started; the message has its last output.</exception>
    /// <exception cref="ServerExitedException">
    /// The server has ended by itself; the first message has its last output, the later ones are one line.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fixture is not initialized, or was disposed.</exception>
    /// <remarks>If <see cref="SkipReason"/> is set, this skips the test that uses it.</remarks>
    public ServerProcess Server
    {
        get
        {
            try
            {
                return _lifetime.Server;
            }
            catch (ServerStartException failure) when (File.Exists(failure.StacksFile))
            {
                AttachStacks(failure.StacksFile);
                throw;
            }
        }
    }

    /// <summary>The address of the server.</summary>
    /// <inheritdoc cref="Server" path="/exception"/>
    public Uri BaseAddress => Server.BaseAddress;

    /// <summary>
    /// The reason why the server cannot run on this machine, such as "no GPU"; null if it can. Set it in <see cref="OnStartingAsync"/> or
    /// earlier. Tests that use <see cref="Server"/> are skipped then. With xUnit v2 they must be marked [SkippableFact],
    /// [SkippableTheory], [GpuFact] or [GpuTheory]. <see cref="GpuSupport.FindSkipReason"/> finds the reason for tests that need GPUs.
    /// </summary>
    public string? SkipReason { get; protected set; }

    /// <inheritdoc cref="FixtureLifetime.RestartAsync"/>
    public Task<ServerProcess> RestartAsync(CancellationToken cancellationToken = default) => _lifetime.RestartAsync(cancellationToken);

    /// <summary>Runs before anything is started, for example to download a model, find a GPU, or set <see cref="SkipReason"/>.</summary>
    /// <param name="cancellationToken">The token of the test framework. With xUnit v2, which has none, it is never cancelled.</param>
    protected virtual Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Describes the server. Not called if <see cref="SkipReason"/> is set.</summary>
    protected abstract ServerProcessOptions CreateOptions();

    /// <summary>
    /// Runs when the server is ready, for example to warm it up or to load data. If it throws, the server is reaped.
    /// <see cref="RestartAsync"/> does not run it again.
    /// </summary>
    /// <param name="cancellationToken">The token of the test framework. With xUnit v2, which has none, it is never cancelled.</param>
    protected virtual Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the server is stopped, inside <see cref="ReapOptions.GracePeriod"/>.</summary>
    /// <param name="cancellationToken">Cancelled at the end of the grace period. A hook that still runs is abandoned and reported.</param>
    protected virtual Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc cref="FixtureLifetime.StartServerAsync"/>
    protected Task<ServerProcess> StartServerAsync(ServerProcessOptions options, CancellationToken cancellationToken = default) =>
        _lifetime.StartServerAsync(options, cancellationToken);

    /// <inheritdoc cref="FixtureLifetime.Start"/>
    protected Process Start(ProcessStartInfo startInfo) => _lifetime.Start(startInfo);

    /// <inheritdoc cref="FixtureLifetime.Track"/>
    protected Process Track(Process process) => _lifetime.Track(process);

    /// <summary>Called by xUnit. Starts the server. A failure is kept for the tests and not thrown here.</summary>
    public async LifetimeTask InitializeAsync()
    {
        if (HasTests(GetType()))
        {
            _logger.LogWarning(
                "{Class} derives from ServerProcessFixture and has tests: xUnit creates one instance, and so one server, for each test. " +
                "Move CreateOptions to a fixture of its own and use IClassFixture<> to share one server.", GetType().Name);
        }

        await _lifetime.StartAsync(FrameworkToken).ConfigureAwait(false);
    }

    /// <summary>Called by xUnit. Stops everything that this fixture started, last started first.</summary>
    /// <exception cref="ReapTimeoutException">Processes are left, or ports or locks are still held.</exception>
    /// <exception cref="ServerStartException">The start has failed, and no test has seen that.</exception>
    /// <exception cref="ServerExitedException">A server has ended by itself, and no test has seen that.</exception>
    /// <exception cref="AggregateException">Several failures occurred.</exception>
    [SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "There is no finalizer.")]
    public async LifetimeTask DisposeAsync() => await _lifetime.StopAsync().ConfigureAwait(false);

    /// <summary>
    /// Writes each line of the server's output, from now on, to the output of the current test too. Dispose the result at the end of the
    /// test; xUnit v3 then attaches the last 1,000 lines to the test. Otherwise it ends with the first line that the output refuses.
    /// </summary>
    /// <param name="output">The output of the current test.</param>
    /// <returns>Stops writing when disposed.</returns>
    /// <inheritdoc cref="Server" path="/exception"/>
    public IDisposable WriteLogTo(TestOutputWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return _lifetime.ForwardOutput(output.WriteLine, AttachOutput);
    }

    internal Task StartSharedAsync() => _lifetime.StartAsync(CancellationToken.None);

    internal Task StopSharedAsync() => _lifetime.StopAsync();

    private static Action<string> ToDiagnostics(IMessageSink messageSink)
    {
        ArgumentNullException.ThrowIfNull(messageSink);
        return message => messageSink.OnMessage(new DiagnosticMessage(message));
    }

    private static bool HasTests(Type type) => type
        .GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public)
        .Any(method => method.IsDefined(typeof(FactAttribute), inherit: true));

    private sealed class Hooks(ServerProcessFixture fixture) : IFixtureHooks
    {
        public string? SkipReason => fixture.SkipReason;

        public Task OnStartingAsync(CancellationToken cancellationToken) => fixture.OnStartingAsync(cancellationToken);

        public ServerProcessOptions CreateOptions() => fixture.CreateOptions();

        public Task OnReadyAsync(CancellationToken cancellationToken) => fixture.OnReadyAsync(cancellationToken);

        public Task OnStoppingAsync(CancellationToken cancellationToken) => fixture.OnStoppingAsync(cancellationToken);

        public Exception CreateSkipException(string reason) => ServerProcessFixture.CreateSkipException(reason);
    }
}

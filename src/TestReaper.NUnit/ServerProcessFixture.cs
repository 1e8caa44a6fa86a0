using System.Diagnostics;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>
/// Starts a server before the tests of a class, and reaps its whole process tree after them. Derive the test class from this class and
/// describe the server in <see cref="CreateOptions"/>.
/// </summary>
/// <remarks>
/// Set-up and tear-down cannot be overridden; override the hooks. If the start fails, everything that was started is reaped at once, and
/// each test that uses <see cref="Server"/> throws the exception of the start.
/// </remarks>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[TestReaperHook]
public abstract class ServerProcessFixture
{
    private readonly FixtureLifetime _lifetime;

    /// <summary>Creates a fixture that writes its progress, the started tree and the reap to <see cref="TestContext.Progress"/>.</summary>
    protected ServerProcessFixture()
        : this(TestContext.Progress)
    {
    }

    /// <summary>Creates a fixture that writes its progress, the started tree and the reap to an output.</summary>
    /// <param name="output">The output.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    protected ServerProcessFixture(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _lifetime = new FixtureLifetime(GetType(), new Hooks(this), new LineLogger(output.WriteLine));
    }

    /// <summary>The ready server.</summary>
    /// <exception cref="ServerStartException">The server could not be started; the message has its last output.</exception>
    /// <exception cref="ServerExitedException">
    /// The server has ended by itself; the first message has its last output, the later ones are one line.
    /// </exception>
    /// <exception cref="InvalidOperationException">The fixture is not initialized, or was disposed.</exception>
    /// <remarks>If <see cref="SkipReason"/> is set, this skips the test that uses it.</remarks>
    public ServerProcess Server => _lifetime.Server;

    /// <summary>The address of the server.</summary>
    /// <inheritdoc cref="Server" path="/exception"/>
    public Uri BaseAddress => Server.BaseAddress;

    /// <summary>
    /// The reason why the server cannot run on this machine, such as "no GPU"; null if it can. Set it in <see cref="OnStartingAsync"/> or
    /// earlier. Tests that use <see cref="Server"/> are skipped then.
    /// </summary>
    public string? SkipReason { get; protected set; }

    /// <inheritdoc cref="FixtureLifetime.RestartAsync"/>
    public Task<ServerProcess> RestartAsync(CancellationToken cancellationToken = default) => _lifetime.RestartAsync(cancellationToken);

    /// <summary>Runs before anything is started, for example to download a model, find a GPU, or set <see cref="SkipReason"/>.</summary>
    /// <param name="cancellationToken">The token of NUnit.</param>
    protected virtual Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Describes the server. Not called if <see cref="SkipReason"/> is set.</summary>
    protected abstract ServerProcessOptions CreateOptions();

    /// <summary>
    /// Runs when the server is ready, for example to warm it up or to load data. If it throws, the server is reaped.
    /// <see cref="RestartAsync"/> does not run it again.
    /// </summary>
    /// <param name="cancellationToken">The token of NUnit.</param>
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

    /// <summary>Called by NUnit before the first test. Starts the server. A failure is kept for the tests and not thrown here.</summary>
    [OneTimeSetUp]
    public Task StartFixtureAsync() => _lifetime.StartAsync(TestContext.CurrentContext.CancellationToken);

    /// <summary>Called by NUnit after the last test. Stops everything that this fixture started, last started first.</summary>
    /// <exception cref="ReapTimeoutException">
    /// Processes are left, or ports or locks are still held. Where the hook of TestReaper is in place, a test of the class fails instead.
    /// </exception>
    /// <exception cref="ServerStartException">The start has failed, and no test has seen that.</exception>
    /// <exception cref="ServerExitedException">A server has ended by itself, and no test has seen that.</exception>
    /// <exception cref="AggregateException">Several failures occurred.</exception>
    [OneTimeTearDown]
    public async Task StopFixtureAsync()
    {
        try
        {
            await _lifetime.StopAsync();
        }
        catch (Exception error) when (ReapListener.TryAddFinding($"[{nameof(ServerProcessFixture)}]", error))
        {
            // NUnit does not fail the run for an exception from a OneTimeTearDown. The listener fails a test instead.
        }

        foreach (var log in _lifetime.KeptLogs)
        {
            TestContext.AddTestAttachment(log, "The output of the server");
        }

        foreach (var recording in _lifetime.Recordings)
        {
            TestContext.AddTestAttachment(recording, "What the server did before it was killed");
        }
    }

    /// <summary>
    /// Writes each line of the server's output, from now on, to the output of the current test too. Dispose the result at the end of the
    /// test. Otherwise it ends with the first line that the output refuses.
    /// </summary>
    /// <param name="output">The output of the current test.</param>
    /// <returns>Stops writing when disposed.</returns>
    /// <inheritdoc cref="Server" path="/exception"/>
    public IDisposable WriteLogTo(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return _lifetime.ForwardOutput(output.WriteLine);
    }

    internal Task StartSharedAsync() => _lifetime.StartAsync(CancellationToken.None);

    internal Task StopSharedAsync() => _lifetime.StopAsync();

    private sealed class Hooks(ServerProcessFixture fixture) : IFixtureHooks
    {
        public string? SkipReason => fixture.SkipReason;

        public Task OnStartingAsync(CancellationToken cancellationToken) => fixture.OnStartingAsync(cancellationToken);

        public ServerProcessOptions CreateOptions() => fixture.CreateOptions();

        public Task OnReadyAsync(CancellationToken cancellationToken) => fixture.OnReadyAsync(cancellationToken);

        public Task OnStoppingAsync(CancellationToken cancellationToken) => fixture.OnStoppingAsync(cancellationToken);

        public Exception CreateSkipException(string reason) => new IgnoreException(reason);
    }
}

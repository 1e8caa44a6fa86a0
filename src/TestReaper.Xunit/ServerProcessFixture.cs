using System.Diagnostics;
using TestReaper.Fixtures;

#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>
/// Starts a server before the tests that share this fixture and reaps its whole process tree after them. Derive from it, say in
/// <see cref="CreateOptions"/> what to start.
/// </summary>
/// <remarks>
/// In xUnit use it with IClassFixture or in a collection; a test class that derives from it gets one server for each TEST. In
/// NUnit let the test class derive from it, which gives one server for the class. The life cycle is sealed; override the hooks.
/// A start that fails is reaped at once and its exception is thrown by each test that uses <see cref="Server"/>.
/// </remarks>
public abstract partial class ServerProcessFixture
{
    private readonly FixtureLifetime _lifetime;

    /// <summary>The ready server.</summary>
    /// <exception cref="ServerStartException">It could not be started; the message has its last output.</exception>
    /// <exception cref="InvalidOperationException">The fixture is not initialized, or disposed.</exception>
    /// <remarks>If it is not available here, see <see cref="SkipReason"/>, this skips the test that asks for it.</remarks>
    public ServerProcess Server => _lifetime.Server;

    /// <summary>Where the server is reached.</summary>
    /// <inheritdoc cref="Server" path="/exception"/>
    public Uri BaseAddress => Server.BaseAddress;

    /// <summary>
    /// Why the server cannot run here, such as "no GPU"; null if it can. Set it in <see cref="OnStartingAsync"/>, or before.
    /// Tests that use <see cref="Server"/> are skipped for it; under xUnit v2 they must be marked [SkippableFact] or [SkippableTheory].
    /// </summary>
    public string? SkipReason { get; protected set; }

    /// <summary>Reaps the server and starts it again with the same options and ports; <see cref="Server"/> is the new one then.</summary>
    /// <param name="cancellationToken">Cancels the start, never the reap.</param>
    /// <returns>The new server.</returns>
    /// <exception cref="ReapTimeoutException">The old server could not be reaped.</exception>
    /// <exception cref="ServerStartException">The new one could not be started.</exception>
    /// <exception cref="InvalidOperationException">The server was attached to.</exception>
    public Task<ServerProcess> RestartAsync(CancellationToken cancellationToken = default) => _lifetime.RestartAsync(cancellationToken);

    /// <summary>Runs before anything is started: download a model, look for a GPU, set <see cref="SkipReason"/>.</summary>
    /// <param name="cancellationToken">The test framework's; under xUnit v2, which has none, it never fires.</param>
    protected virtual Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says what to start. Not called if <see cref="SkipReason"/> is set.</summary>
    protected abstract ServerProcessOptions CreateOptions();

    /// <summary>Runs when the server is ready: warm it up, load data. If it throws, the server is reaped. Not run again by <see cref="RestartAsync"/>.</summary>
    /// <param name="cancellationToken">The test framework's; under xUnit v2, which has none, it never fires.</param>
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

    /// <summary>
    /// Writes each line of the server's output, from now on, to the output of the current test too. Dispose the result when the test
    /// ends (xUnit v3 then gets the last 1,000 lines as an attachment of the test, too); if that is forgotten, it ends with the
    /// first line that the test's output refuses.
    /// </summary>
    /// <param name="output">Where to write.</param>
    /// <returns>Ends it when disposed.</returns>
    /// <inheritdoc cref="Server" path="/exception"/>
    public IDisposable WriteLogTo(TestOutputWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new OutputLink(Server.Output, output.WriteLine, LogAttachment.AtEnd);
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

        public Exception Unavailable(string reason) => Skipping.Because(reason);
    }
}

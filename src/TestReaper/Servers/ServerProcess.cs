using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Servers;
using TestReaper.Servers.Exits;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting;

namespace TestReaper;

/// <summary>A running server with everything that it started. Its disposal reaps the whole tree and completes when that is gone.</summary>
/// <remarks>Safe for use from several threads. Processes that a server starts on other machines or in containers are not tracked.</remarks>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly Task<ServerExit> NeverExits = new TaskCompletionSource<ServerExit>().Task;
    private readonly ServerLifetime? _run;
    private readonly ServerPorts _ports;

    internal ServerProcess(ServerProcessOptions options, ServerLifetime? run)
    {
        Options = options;
        _run = run;
        _ports = run?.Ports ?? new ServerPorts(options);
        Output = run?.Output ?? new ServerOutput(log: null);
        Secrets = run?.Command.Mask ?? SecretMask.For([], []);
    }

    /// <summary>Starts a server in a session of its own and waits until it is ready.</summary>
    /// <param name="options">What to start, and when it counts as ready.</param>
    /// <param name="logger">Gets progress while it waits, warnings, the tree that was started, and the reap report; null for none.</param>
    /// <param name="cancellationToken">Cancels the start; what was started is killed before this throws.</param>
    /// <returns>The ready server. Dispose it, or call <see cref="ReapAsync"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time span in the options is out of its range.</exception>
    /// <exception cref="ArgumentException">Another option is unusable.</exception>
    /// <exception cref="ServerStartException">
    /// It cannot be started, exited, lost its port, or was not ready in time. Everything that was started is reaped.
    /// </exception>
    /// <exception cref="OperationCanceledException">The start was cancelled. Everything that was started is reaped.</exception>
    /// <exception cref="PlatformNotSupportedException">This operating system is not supported.</exception>
    public static Task<ServerProcess> StartAsync(
        ServerProcessOptions options, ILogger? logger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ServerOptionsCheck.Run(options);
        return options.AttachTo is null
            ? ServerStart.RunAsync(options, leases: null, logger ?? NullLogger.Instance, cancellationToken)
            : ServerAttachment.RunAsync(options, logger ?? NullLogger.Instance, cancellationToken);
    }

    /// <summary>The process id of the root.</summary>
    /// <exception cref="InvalidOperationException">The server was attached to, not started.</exception>
    public int ProcessId => Run.Child.Identity.Pid;

    /// <summary>Whether the root has exited; false for an attached server. Other processes of the tree may still run.</summary>
    public bool HasExited => _run?.Child.PeekExit() is not null;

    /// <summary>The root's exit code, 128 + n after signal n; null while it runs, for an attached server, and if unknown.</summary>
    public int? ExitCode => _run?.Child.PeekExit()?.Code;

    /// <summary>
    /// Completes when the root ends, by itself or by a reap, as soon as the kernel reports it. Never faults. That of an attached server
    /// never completes.
    /// </summary>
    public Task<ServerExit> Exited => _run?.Exits.Exited ?? NeverExits;

    /// <summary>
    /// Cancelled when the root ends, by itself or by a reap. Pass it to the requests of a test, so that they end with the server instead of
    /// by their timeouts. That of an attached server is never cancelled.
    /// </summary>
    public CancellationToken ExitedToken => _run?.Exits.Token ?? CancellationToken.None;

    /// <summary>
    /// Raised when a process of the tree other than the root ends while the server runs; not when it is reaped. A process that runs for
    /// less than a second may be missed. Handlers run on the thread pool, one after the other; their exceptions are logged.
    /// </summary>
    public event Action<WorkerExit>? WorkerExited
    {
        add
        {
            if (_run is not null)
            {
                _run.Exits.WorkerExited += value;
            }
        }

        remove
        {
            if (_run is not null)
            {
                _run.Exits.WorkerExited -= value;
            }
        }
    }

    /// <summary>
    /// The server's port: what it reported by <see cref="Readiness.OutputLine(string)"/>, else <c>{port}</c>, else the only named
    /// port, else that of <see cref="ServerProcessOptions.Endpoint"/> or <see cref="ServerProcessOptions.AttachTo"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">No port is known.</exception>
    public int Port => _ports.Own ?? throw new InvalidOperationException(
        "No port of this server is known. Write {port} into Arguments or Environment, " +
        "report it with Readiness.OutputLine and a group named port, or set Endpoint.");

    /// <summary>The allocated ports by name; <c>{port}</c> has the name "port".</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports.Allocated;

    /// <summary>Where the server is reached: the endpoint of the options, else <c>http://127.0.0.1:port/</c>.</summary>
    /// <exception cref="InvalidOperationException">No port is known.</exception>
    public Uri BaseAddress => KnownAddress
        ?? throw new InvalidOperationException(
            "No address of this server is known. Write {port} into Arguments or Environment, or set Endpoint.");

    /// <summary>
    /// The UUIDs of the GPUs that are leased for the server by <see cref="ServerProcessOptions.Gpu"/>, as the driver names them; empty
    /// without a lease. The server sees them as <c>CUDA_VISIBLE_DEVICES</c>, <c>ROCR_VISIBLE_DEVICES</c> or <c>ZE_AFFINITY_MASK</c>. No
    /// other server gets them until the server is reaped and their memory is back.
    /// </summary>
    public IReadOnlyList<string> GpuDevices => _run?.GpuLease?.Uuids ?? [];

    /// <summary>The server's own temporary directory; null without <see cref="ServerProcessOptions.PrivateTemp"/>.</summary>
    public string? TempDirectory => _run?.Command.Temp?.Path;

    /// <summary>The directory with <see cref="ServerProcessOptions.Files"/>; null without files, and for an attached server.</summary>
    public string? FilesDirectory => _run?.Command.Files?.Path;

    /// <summary>What the server writes; empty for an attached server.</summary>
    public ServerOutput Output { get; }

    /// <summary>The server's standard input.</summary>
    /// <exception cref="InvalidOperationException">The options do not redirect it, or the server was attached to.</exception>
    public StreamWriter StandardInput => Run.StandardInput
        ?? throw new InvalidOperationException("The server reads from /dev/null. Set RedirectStandardInput to write to it.");

    internal ServerProcessOptions Options { get; }

    internal string? StacksFile => _run?.StacksFile;

    internal SecretMask Secrets { get; init; }

    internal Uri? KnownAddress => ServerAddress.Resolve(Options, _ports.Own, Ports);

    private ServerLifetime Run =>
        _run ?? throw new InvalidOperationException("This server was attached to, not started: it has no process here.");

    /// <summary>
    /// Stops the server and proves that it is gone: asks it to stop, kills what is left of its tree after the grace period, and
    /// waits for the last of it. Further calls return the result of the first; after a failure the next call reaps again. Does nothing
    /// to an attached server.
    /// </summary>
    /// <param name="cancellationToken">Ends the grace period: what is left is killed at once. It does not end the reap.</param>
    /// <returns>What was found and done.</returns>
    /// <exception cref="ReapTimeoutException">Something is left after <see cref="ReapOptions.Timeout"/>.</exception>
    public Task<ReapReport> ReapAsync(CancellationToken cancellationToken = default) =>
        _run?.ReapAsync(cancellationToken) ?? Task.FromResult(ReapReportBuilder.WithoutReap("attached, not started here"));

    /// <summary>Calls <see cref="ReapAsync"/>.</summary>
    /// <exception cref="ReapTimeoutException">Something is left after <see cref="ReapOptions.Timeout"/>.</exception>
    public ValueTask DisposeAsync() => new(ReapAsync());

    /// <summary>Reaps the server and starts it again with the same options, ports and GPUs.</summary>
    internal async Task<ServerProcess> RestartAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var leases = Run.Ports.KeepLeases();
        Run.KeepsGpuLease = true;
        try
        {
            await ReapAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            Run.KeepsGpuLease = false;
            leases.Dispose();
            throw;
        }

        var gpuLease = Run.GpuLease is { IsReleased: false } kept ? kept : null;
        return await ServerStart.RunAsync(Options, leases, logger, cancellationToken, gpuLease).ConfigureAwait(false);
    }

    /// <summary>Reaps with the rest of the grace period, where something else has used a part of it.</summary>
    internal Task<ReapReport> ReapWithinAsync(TimeSpan graceLeft) =>
        _run?.ReapAsync(CancellationToken.None, graceUsed: Options.Reap.GracePeriod - graceLeft) ?? ReapAsync();

    /// <summary>Notices the end of the root; null for an attached server.</summary>
    internal ServerExits? Exits => _run?.Exits;

    internal void ReportPort(int port) => _ports.Report(port);
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Fixtures;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TestReaper.Xunit;

public abstract partial class ServerProcessFixture : IAsyncLifetime
{
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
        : this(new LineLogger(ToDiagnostics(messageSink)))
    {
    }

    /// <summary>For a test class that derives from this one: reports to the output of its test.</summary>
    /// <param name="output">From xUnit, which passes it to a test class's constructor.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    protected ServerProcessFixture(TestOutputWriter output)
        : this(new LineLogger((output ?? throw new ArgumentNullException(nameof(output))).WriteLine))
    {
    }

    private ServerProcessFixture(ILogger logger)
    {
        _logger = logger;
        _lifetime = new FixtureLifetime(GetType(), new Hooks(this), logger);
    }

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

    private static Action<string> ToDiagnostics(IMessageSink messageSink)
    {
        ArgumentNullException.ThrowIfNull(messageSink);
        return message => messageSink.OnMessage(new DiagnosticMessage(message));
    }
}

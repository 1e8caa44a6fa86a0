using Microsoft.Extensions.Logging;
using TestReaper.Fixtures;
using Xunit.Sdk;
using Xunit.v3;

namespace TestReaper.Xunit;

public abstract partial class ServerProcessFixture : IAsyncLifetime
{
    private readonly ILogger _logger;

    /// <summary>Makes a fixture that reports progress, the started tree and the reap to xUnit's diagnostics, or, if a test class derives from it, to the output of its test.</summary>
    protected ServerProcessFixture()
        : this(new LineLogger(Report))
    {
    }

    /// <summary>Makes a fixture that reports progress, the started tree and the reap to xUnit's diagnostics.</summary>
    /// <param name="messageSink">From xUnit, which passes it to a fixture's constructor; shown with "diagnosticMessages": true in xunit.runner.json.</param>
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

    /// <summary>Called by xUnit. Starts the server; a failure is kept for the tests.</summary>
    public async ValueTask InitializeAsync()
    {
        if (TestClasses.HasTests(GetType()))
        {
            _logger.LogWarning(
                "{Class} derives from ServerProcessFixture and has tests: xUnit makes one instance, and so one server, for each of them. " +
                "Move CreateOptions to a fixture of its own and use IClassFixture<> to share one server.", GetType().Name);
        }

        await _lifetime.StartAsync(TestContext.Current.CancellationToken).ConfigureAwait(false);
    }

    /// <summary>Called by xUnit. Stops everything that this fixture started, last started first.</summary>
    /// <exception cref="ReapTimeoutException">Something is left.</exception>
    /// <exception cref="AggregateException">Several things went wrong.</exception>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _lifetime.StopAsync().ConfigureAwait(false);
    }

    private static void Report(string message)
    {
        if (TestContext.Current.TestOutputHelper is { } output)
        {
            output.WriteLine(message);
        }
        else
        {
            TestContext.Current.SendDiagnosticMessage(message);
        }
    }

    private static Action<string> ToDiagnostics(IMessageSink messageSink)
    {
        ArgumentNullException.ThrowIfNull(messageSink);
        return message => messageSink.OnMessage(new DiagnosticMessage(message));
    }
}

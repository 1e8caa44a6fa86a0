using TestReaper.Fixtures;

namespace TestReaper.NUnit;

[FixtureLifeCycle(LifeCycle.SingleInstance)]
[TestReaperHook]
public abstract partial class ServerProcessFixture
{
    /// <summary>Makes a fixture that reports progress, the started tree and the reap to <see cref="TestContext.Progress"/>.</summary>
    protected ServerProcessFixture()
        : this(TestContext.Progress)
    {
    }

    /// <summary>Makes a fixture that reports progress, the started tree and the reap.</summary>
    /// <param name="output">Where to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    protected ServerProcessFixture(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _lifetime = new FixtureLifetime(GetType(), new Hooks(this), new LineLogger(output.WriteLine));
    }

    /// <summary>Called by NUnit before the first test. Starts the server; a failure is kept for the tests.</summary>
    [OneTimeSetUp]
    public Task StartFixtureAsync() => _lifetime.StartAsync(TestContext.CurrentContext.CancellationToken);

    /// <summary>Called by NUnit after the last test. Stops everything that this fixture started, last started first.</summary>
    /// <exception cref="ReapTimeoutException">Something is left. Where TestReaper's hook is in place, a test of the class fails for it instead.</exception>
    /// <exception cref="AggregateException">Several things went wrong.</exception>
    [OneTimeTearDown]
    public async Task StopFixtureAsync()
    {
        try
        {
            await _lifetime.StopAsync();
        }
        catch (Exception error) when (ReapListener.TryBlame(error))
        {
            // NUnit shows nothing of what a OneTimeTearDown throws: "Passed!"
        }

        foreach (var log in _lifetime.KeptLogs)
        {
            TestContext.AddTestAttachment(log, "The server's output");
        }
    }
}

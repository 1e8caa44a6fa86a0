using Microsoft.VisualStudio.TestTools.UnitTesting;
using TestReaper.Extensibility;

namespace TestReaper.Samples.Adapter;

/// <summary>A server for MSTest. Derive from this class, and use the derived class with <see cref="ServerTestClass{TFixture}"/>.</summary>
public abstract class ServerProcessFixture : IFixtureHooks
{
    private FixtureLifetime? _lifetime;

    /// <summary>The ready server. A failed start is thrown here, and so by each test that uses the server.</summary>
    public ServerProcess Server => Lifetime.Server;

    /// <summary>Set it in <see cref="OnStartingAsync"/>; tests that use <see cref="Server"/> are then inconclusive.</summary>
    public string? SkipReason { get; protected set; }

    private FixtureLifetime Lifetime => _lifetime ?? throw new InvalidOperationException($"{GetType().Name} was not started.");

    public async Task StartAsync(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var logger = new LineLogger(message => context.DisplayMessage(MessageLevel.Informational, message));
        _lifetime = new FixtureLifetime(GetType(), this, logger);
        await _lifetime.StartAsync(context.CancellationToken);
    }

    public Task StopAsync() => Lifetime.StopAsync();

    /// <summary>Writes the server's output to the output of a test, until the result is disposed.</summary>
    public IDisposable WriteLogTo(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Lifetime.ForwardOutput(context.WriteLine);
    }

    public virtual Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract ServerProcessOptions CreateOptions();

    public virtual Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Exception CreateSkipException(string reason) => new AssertInconclusiveException(reason);
}

namespace TestReaper.Xunit;

/// <remarks>Use it as a class fixture, <c>IClassFixture&lt;SharedServer&lt;MyServer&gt;&gt;</c>, or ask <see cref="GetAsync"/>.</remarks>
public sealed partial class SharedServer<TFixture> : IAsyncLifetime
{
    private TFixture? _fixture;

    /// <summary>The fixture that all share.</summary>
    /// <exception cref="InvalidOperationException">xUnit has not initialized this one.</exception>
    public TFixture Fixture => _fixture ?? throw new InvalidOperationException($"SharedServer<{typeof(TFixture).Name}> is not initialized: let xUnit make it, as a class fixture.");

    /// <summary>Called by xUnit. Starts the server if nobody has before.</summary>
    public async Task InitializeAsync() => _fixture = await GetAsync().ConfigureAwait(false);

    /// <summary>Called by xUnit. Does nothing: other classes may still need the server.</summary>
    public Task DisposeAsync() => Task.CompletedTask;
}

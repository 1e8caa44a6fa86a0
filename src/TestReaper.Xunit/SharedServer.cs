using System.Diagnostics.CodeAnalysis;
using TestReaper.Extensibility;

namespace TestReaper.Xunit;

/// <summary>
/// One server for many test classes of a process. It is started on its first use and reaped when all tests of the assembly are finished.
/// A failure to reap it is reported as a failed test of the run.
/// </summary>
/// <typeparam name="TFixture">The fixture that describes the server. Its constructor takes no parameters.</typeparam>
/// <remarks>
/// Use it as a class fixture, <c>IClassFixture&lt;SharedServer&lt;MyServer&gt;&gt;</c>, or call <see cref="GetAsync"/>.
/// </remarks>
public sealed class SharedServer<TFixture> : IAsyncLifetime
    where TFixture : ServerProcessFixture, new()
{
    private TFixture? _fixture;

    /// <summary>The fixture that all classes share.</summary>
    /// <exception cref="InvalidOperationException">xUnit has not initialized this object.</exception>
    public TFixture Fixture => _fixture ?? throw new InvalidOperationException(
        $"SharedServer<{typeof(TFixture).Name}> is not initialized: let xUnit create it, as a class fixture.");

    /// <summary>
    /// Returns the fixture; the first call starts it. A failed start is not repeated: each test that uses the server throws its exception.
    /// </summary>
    [SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "The type is the request.")]
    public static Task<TFixture> GetAsync() => SharedFixtures.GetAsync(StartAsync, fixture => fixture.StopSharedAsync());

    /// <summary>Called by xUnit. Starts the server unless it runs already.</summary>
    public async LifetimeTask InitializeAsync() => _fixture = await GetAsync().ConfigureAwait(false);

    /// <summary>Called by xUnit. Does nothing, because other classes may still need the server.</summary>
    public LifetimeTask DisposeAsync() => LifetimeTask.CompletedTask;

    private static async Task<TFixture> StartAsync()
    {
        var fixture = new TFixture();
        await fixture.StartSharedAsync().ConfigureAwait(false);
        return fixture;
    }
}

using System.Diagnostics.CodeAnalysis;
using TestReaper.Extensibility;

namespace TestReaper.NUnit;

/// <summary>
/// One server for many test classes of a process. It is started on its first use and reaped when all tests of the assembly are finished.
/// A failure to reap it fails the last test of the run.
/// </summary>
/// <typeparam name="TFixture">The fixture that describes the server. Its constructor takes no parameters.</typeparam>
public sealed class SharedServer<TFixture>
    where TFixture : ServerProcessFixture, new()
{
    /// <summary>
    /// Returns the fixture; the first call starts it. A failed start is not repeated: each test that uses the server throws its exception.
    /// </summary>
    [SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "The type is the request.")]
    public static Task<TFixture> GetAsync() => SharedFixtures.GetAsync(StartAsync, fixture => fixture.StopSharedAsync());

    private static async Task<TFixture> StartAsync()
    {
        var fixture = new TFixture();
        await fixture.StartSharedAsync().ConfigureAwait(false);
        return fixture;
    }
}

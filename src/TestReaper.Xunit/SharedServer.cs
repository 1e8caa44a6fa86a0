using System.Diagnostics.CodeAnalysis;
using TestReaper.Fixtures;

#if NUNIT
namespace TestReaper.NUnit;
#else
namespace TestReaper.Xunit;
#endif

/// <summary>
/// One server for many test classes of a process: started on its first use, reaped when all tests of the assembly are finished.
/// What goes wrong with that is reported as a failed test of the run.
/// </summary>
/// <typeparam name="TFixture">Says what to start. Its constructor takes no parameters.</typeparam>
public sealed partial class SharedServer<TFixture>
    where TFixture : ServerProcessFixture, new()
{
    /// <summary>The fixture, started if nobody has asked for it before. A failed start is kept and thrown by each test that uses its server.</summary>
    [SuppressMessage("Design", "CA1000:Do not declare static members on generic types", Justification = "The type argument is what is asked for.")]
    public static Task<TFixture> GetAsync() => SharedFixtures.GetAsync(StartAsync);

    private static async Task<(TFixture Fixture, Func<Task> StopAsync)> StartAsync()
    {
        var fixture = new TFixture();
        await fixture.StartSharedAsync().ConfigureAwait(false);
        return (fixture, fixture.StopSharedAsync);
    }
}

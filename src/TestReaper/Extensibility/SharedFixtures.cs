using System.Collections.Concurrent;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Extensibility;

/// <summary>
/// The fixtures that all test classes of this process share, one for each type. Each is started on its first use. The adapter calls
/// <see cref="StopAllAsync"/> at the end of the test run; otherwise they are stopped when the process exits.
/// </summary>
public static class SharedFixtures
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(30);
    private static readonly TreeOwner Run = new("the test run");
    private static readonly ConcurrentDictionary<Type, Lazy<Task<Shared>>> Fixtures = [];

    // For a test framework that does not announce the end of the run.
    static SharedFixtures() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(StopAllAsync).Wait(ExitTimeout);

    /// <summary>Whether no shared fixture exists: none was requested, or all were stopped.</summary>
    public static bool IsEmpty => Fixtures.IsEmpty;

    /// <summary>Returns the shared fixture of a type. The first call creates and starts it; its servers belong to the test run.</summary>
    /// <typeparam name="TFixture">The type of the fixture.</typeparam>
    /// <param name="startAsync">
    /// Constructs and starts the fixture: both, because the owner is taken at the construction. If it throws, this call and all later ones
    /// throw that exception.
    /// </param>
    /// <param name="stopAsync">Stops the fixture; called once, by <see cref="StopAllAsync"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static async Task<TFixture> GetAsync<TFixture>(Func<Task<TFixture>> startAsync, Func<TFixture, Task> stopAsync)
        where TFixture : class
    {
        ArgumentNullException.ThrowIfNull(startAsync);
        ArgumentNullException.ThrowIfNull(stopAsync);
        var shared = Fixtures.GetOrAdd(typeof(TFixture), _ => new Lazy<Task<Shared>>(() => Task.Run(StartAsync)));
        return (TFixture)(await shared.Value.ConfigureAwait(false)).Fixture;

        async Task<Shared> StartAsync()
        {
            TreeOwner.Enter(Run);
            var fixture = await startAsync().ConfigureAwait(false);
            return new Shared(fixture, () => stopAsync(fixture));
        }
    }

    /// <summary>Stops all shared fixtures, each even if another fails. A second call does nothing. At process exit it has 30 s.</summary>
    /// <returns>The exceptions of the fixtures that failed to start or to stop.</returns>
    public static async Task<IReadOnlyList<Exception>> StopAllAsync()
    {
        var failures = new List<Exception>();
        foreach (var type in Fixtures.Keys)
        {
            if (Fixtures.TryRemove(type, out var shared) && shared.IsValueCreated)
            {
                await failures.CollectAsync(async () => await (await shared.Value.ConfigureAwait(false)).StopAsync().ConfigureAwait(false))
                    .ConfigureAwait(false);
            }
        }

        return failures;
    }

    private sealed record Shared(object Fixture, Func<Task> StopAsync);
}

using System.Collections.Concurrent;
using TestReaper.Processes;

namespace TestReaper.Fixtures;

/// <summary>The fixtures that all classes of this process share: each started on its first use, stopped when the run ends.</summary>
internal static class SharedFixtures
{
    // Should the test framework never say that the run has ended.
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(30);
    private static readonly TreeOwner Run = new("the test run");
    private static readonly ConcurrentDictionary<Type, Lazy<Task<Shared>>> Fixtures = [];

    static SharedFixtures() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.Run(StopAllAsync).Wait(LastChance);

    /// <summary>Whether anybody has asked for one.</summary>
    public static bool Any => !Fixtures.IsEmpty;

    /// <param name="startAsync">Makes and starts one; told how to stop it.</param>
    public static async Task<TFixture> GetAsync<TFixture>(Func<Task<(TFixture Fixture, Func<Task> StopAsync)>> startAsync)
        where TFixture : class
    {
        var shared = Fixtures.GetOrAdd(typeof(TFixture), _ => new Lazy<Task<Shared>>(() => Task.Run(StartAsync)));
        return (TFixture)(await shared.Value.ConfigureAwait(false)).Fixture;

        async Task<Shared> StartAsync()
        {
            TreeOwner.Enter(Run);
            var (fixture, stopAsync) = await startAsync().ConfigureAwait(false);
            return new Shared(fixture, stopAsync);
        }
    }

    /// <summary>Stops them all, and returns what went wrong with it. Nothing is left to do the second time.</summary>
    public static async Task<IReadOnlyList<Exception>> StopAllAsync()
    {
        var failures = new List<Exception>();
        foreach (var type in Fixtures.Keys)
        {
            if (Fixtures.TryRemove(type, out var shared) && shared.IsValueCreated)
            {
                try
                {
                    await (await shared.Value.ConfigureAwait(false)).StopAsync().ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    failures.Add(error);
                }
            }
        }

        return failures;
    }

    private sealed record Shared(object Fixture, Func<Task> StopAsync);
}

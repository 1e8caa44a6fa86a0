namespace TestReaper.Extensibility;

/// <summary>
/// Recognizes the exceptions of <see cref="FixtureLifetime.StopAsync"/>. A test framework that collects the exceptions of a class
/// may not report those of its fixtures; the adapter extracts them and fails a test with each.
/// </summary>
public static class FixtureFailure
{
    private const string Key = "TestReaper.Fixture";

    /// <summary>Extracts the exceptions of <see cref="FixtureLifetime.StopAsync"/>.</summary>
    /// <param name="error">
    /// What the test framework collected: null, one exception, or an <see cref="AggregateException"/> of several. Inner exceptions are
    /// searched too, because frameworks wrap what a fixture throws.
    /// </param>
    /// <param name="others">The exceptions that are not of a fixture, unchanged.</param>
    /// <returns>The exceptions of fixtures, unwrapped.</returns>
    public static IReadOnlyList<Exception> Extract(Exception? error, out IReadOnlyList<Exception> others)
    {
        IReadOnlyList<Exception> all = error switch
        {
            null => [],
            AggregateException several when !IsMarked(several) => several.InnerExceptions,
            _ => [error],
        };
        others = [.. all.Where(one => Find(one) is null)];
        return [.. all.Select(Find).OfType<Exception>()];
    }

    internal static Exception MarkedFor(this Exception error, Type fixture)
    {
        error.Data[Key] = fixture.Name;
        return error;
    }

    // xUnit v3 wraps the exception of a fixture in one of its own.
    private static Exception? Find(Exception error) => IsMarked(error) ? error : error.InnerException is { } inner ? Find(inner) : null;

    private static bool IsMarked(Exception error) => error.Data.Contains(Key);
}

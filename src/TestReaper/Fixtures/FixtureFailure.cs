namespace TestReaper.Fixtures;

/// <summary>
/// Marks what went wrong when a fixture was disposed. The frameworks show such exceptions nowhere a person looks: the hook of
/// each adapter picks the marked ones out and fails a test for them.
/// </summary>
internal static class FixtureFailure
{
    private const string Mark = "TestReaper.Fixture";

    public static Exception MarkedFor(this Exception error, Type fixture)
    {
        error.Data[Mark] = fixture.Name;
        return error;
    }

    /// <summary>Separates ours from those that the framework is to handle as ever.</summary>
    public static (IReadOnlyList<Exception> Ours, IReadOnlyList<Exception> Others) Split(Exception? error)
    {
        IReadOnlyList<Exception> all = error switch
        {
            null => [],
            AggregateException several when !IsMarked(several) => several.InnerExceptions,
            _ => [error],
        };
        return ([.. all.Select(Find).OfType<Exception>()], [.. all.Where(one => Find(one) is null)]);
    }

    // xUnit v3 says in an exception of its own that a fixture has thrown.
    private static Exception? Find(Exception error) => IsMarked(error) ? error : error.InnerException is { } inner ? Find(inner) : null;

    private static bool IsMarked(Exception error) => error.Data.Contains(Mark);
}

using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Reaping;

namespace TestReaper.Servers.Models;

/// <summary>The logger of a model step. A fixture sets its own for its hooks, because its author has none to pass.</summary>
internal static class ModelLog
{
    private static readonly AsyncLocal<ILogger?> OfFixture = new();

    /// <summary>Sets the logger for the rest of the asynchronous method that calls this, and for what it calls.</summary>
    public static void Use(ILogger logger) => OfFixture.Value = logger;

    public static ILogger Find(ILogger? given) => SafeLogger.Around(given ?? OfFixture.Value ?? NullLogger.Instance);
}

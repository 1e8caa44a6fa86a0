using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Models;

/// <summary>A directory for the models of one test, and a registry for the processes that fetch them.</summary>
public abstract class ModelDirectory : IDisposable
{
    internal static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    internal ProcessRegistry Registry { get; } = new();

    internal ListLogger Logger { get; } = new();

    internal string Root { get; } = Directory.CreateTempSubdirectory("testreaper-models-").FullName;

    internal string Store => Path.Combine(Root, "store");

    internal string Weights => Path.Combine(Store, "weights");

    internal IEnumerable<string> Lines => Logger.Messages.Select(logged => logged.Message);

    public void Dispose()
    {
        Registry.Dispose();
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal ModelStoreOptions Options(TimeSpan? timeout = null) => new()
    {
        Directory = Store,
        Timeout = timeout ?? TimeSpan.FromSeconds(40),
        ProgressInterval = Short,
    };

    internal static void Contains(string part, string text) => Assert.Contains(part, text, StringComparison.Ordinal);
}

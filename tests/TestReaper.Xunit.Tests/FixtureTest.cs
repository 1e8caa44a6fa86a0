using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>The base of the tests of the fixture: the process registry, the diagnostics, and servers to start.</summary>
public abstract class FixtureTest : IDisposable
{
    protected ProcessRegistry Registry { get; } = new();

    protected ListSink Sink { get; } = new();

    public void Dispose()
    {
        Registry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A process of the test program that registers itself.</summary>
    protected ProcessStartInfo Program(string role, params string[] args) => TestProgram.StartInfo(Arguments(role, args));

    /// <summary>An HTTP server on an allocated port, which the next server can bind at once.</summary>
    protected ServerProcessOptions Server(string role = "server", params string[] args) => new()
    {
        FileName = TestProgram.Path,
        Arguments = Arguments(role, ["--http", "{port}", "--reuseport", .. args]),
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromSeconds(20),
        LogDirectory = Path.Combine(Registry.Directory, "logs"),
    };

    /// <summary>A server that writes an error and exits.</summary>
    protected ServerProcessOptions DyingServer() => Server(
        "dying", "--error", "CUDA out of memory", "--exit-after", "50", "--exit-code", "7", "--ready-after", "60000");

    protected static ServerProcessOptions WithGrace(ServerProcessOptions options, TimeSpan gracePeriod)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Reap = new ReapOptions { GracePeriod = gracePeriod } };
    }

    protected ScriptedFixture Fixture(ServerProcessOptions? options = null) => new(options ?? Server(), Sink);

    protected static async Task<string> GetAsync(Uri address, string path = "/hello")
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(address, path));
    }

    protected void AssertRoles(params string[] expected) => Assert.Equal(expected, LivingRoles());

    protected string[] LivingRoles() => [.. Registry.Alive().Select(process => process.Role).Order(StringComparer.Ordinal)];

    /// <summary>Records the roles that live each time a tree is reported as reaped.</summary>
    protected List<string> RecordRolesAtReaps()
    {
        var living = new List<string>();
        Sink.Written += message =>
        {
            if (message.StartsWith("Reaped ", StringComparison.Ordinal))
            {
                living.Add(string.Join('+', LivingRoles()));
            }
        };
        return living;
    }

    private string[] Arguments(string role, string[] args) => ["--registry", Registry.Directory, "--role", role, .. args];
}

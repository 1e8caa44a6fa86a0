using NUnit.Framework;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

/// <summary>The base of the tests of the fixture: the process registry, the report of the fixture, and servers to start.</summary>
public abstract class FixtureTest
{
    protected ProcessRegistry Registry { get; private set; } = null!;

    protected StringWriter Report { get; private set; } = null!;

    [SetUp]
    public void Open() => (Registry, Report) = (new ProcessRegistry(), new StringWriter());

    [TearDown]
    public void Close()
    {
        Registry.Dispose();
        Report.Dispose();
    }

    /// <summary>An HTTP server on an allocated port.</summary>
    protected ServerProcessOptions Server(string role = "server", params string[] args) => new()
    {
        FileName = TestProgram.Path,
        Arguments = ["--registry", Registry.Directory, "--role", role, "--http", "{port}", .. args],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromSeconds(20),
        LogDirectory = Path.Combine(Registry.Directory, ".logs"),
    };

    /// <summary>A server that writes an error and exits.</summary>
    protected ServerProcessOptions DyingServer() => Server(
        "dying", "--error", "CUDA out of memory", "--exit-after", "50", "--exit-code", "7", "--ready-after", "60000");

    protected static async Task<string> GetAsync(Uri address, string path = "/hello")
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(address, path));
    }

    protected string LivingRoles() => string.Join('+', Registry.Alive().Select(process => process.Role).Order(StringComparer.Ordinal));
}

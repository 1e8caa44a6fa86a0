using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Starts servers that register in one registry. Processes that a failed test leaves are killed.</summary>
public abstract class StartingServers : IDisposable
{
    internal ProcessRegistry Registry { get; } = new();

    internal ListLogger Log { get; } = new();

    /// <summary>Hidden: the registry takes every other file for a process.</summary>
    internal string LogDirectory => Path.Combine(Registry.Directory, ".logs");

    public void Dispose()
    {
        Registry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The test program as a server, by default with the role "root".</summary>
    internal ServerProcessOptions Server(params string[] args) =>
        Program(TestProgram.Path, ["--registry", Registry.Directory, "--role", "root", .. args]);

    internal ServerProcessOptions Shell(string script) => Program("/bin/sh", "-c", script);

    internal ServerProcessOptions Program(string fileName, params string[] args) =>
        new() { FileName = fileName, Arguments = args, LogDirectory = LogDirectory, StartupTimeout = TimeSpan.FromSeconds(20) };

    internal Task<ServerProcess> StartAsync(ServerProcessOptions options, CancellationToken cancellationToken = default) =>
        ServerProcess.StartAsync(options, Log, cancellationToken);

    /// <summary>Runs a start that must fail. When it throws, none of its processes may be alive.</summary>
    internal async Task<ServerStartException> FailAsync(ServerProcessOptions options)
    {
        var failure = await Assert.ThrowsAnyAsync<ServerStartException>(() => StartAsync(options));
        Registry.AssertNoneAlive();
        return failure;
    }

    /// <summary>A path in the registry's directory that is not taken for a process.</summary>
    internal string FilePath(string name) => Path.Combine(Registry.Directory, $".{name}");

    internal static void Contains(string part, string text) => Assert.Contains(part, text, StringComparison.Ordinal);
}

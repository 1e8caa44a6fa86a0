using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Servers;

/// <summary>Real servers in one registry. Processes and logs that a failed test leaves are removed.</summary>
public abstract class RunningServers : IDisposable
{
    internal static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero };

    /// <summary>Longer than any test: a reap that returns did not wait for it.</summary>
    internal static readonly ReapOptions LongGrace = new() { GracePeriod = TimeSpan.FromMinutes(5) };

    internal ProcessRegistry Registry { get; } = new();

    internal ListLogger Logger { get; } = new();

    internal string LogDirectory => Path.Combine(Registry.Directory, "logs");

    /// <summary>All that was logged, as one text.</summary>
    internal string Logged => string.Join('\n', Logger.Messages.Select(logged => logged.Message));

    public void Dispose()
    {
        Registry.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The test program as a server, with the role "root".</summary>
    internal ServerProcessOptions Program(params string[] args) =>
        Options(TestProgram.Path, ["--registry", Registry.Directory, "--role", "root", .. args]);

    /// <summary>A shell script as a server; the arguments are its $0, $1 and so on.</summary>
    internal ServerProcessOptions Shell(string script, params string[] args) => Options("/bin/sh", ["-c", script, .. args]);

    internal Task<ServerProcess> StartAsync(ServerProcessOptions options) => ServerProcess.StartAsync(options, Logger);

    /// <summary>Starts a server that is ready when it has written this line.</summary>
    internal Task<ServerProcess> StartUntilAsync(string line, ServerProcessOptions options) =>
        StartAsync(options with { Readiness = Readiness.OutputLine($"^{line}$") });

    internal static Task ExitAsync(ServerProcess server) => Poll.UntilAsync(() => server.HasExited, "the server to exit");

    internal static string LogOf(ServerProcess server)
    {
        Xunit.Assert.NotNull(server.Output.LogFile);
        return File.ReadAllText(server.Output.LogFile);
    }

    private ServerProcessOptions Options(string file, string[] args) => new()
    {
        FileName = file,
        Arguments = args,
        LogDirectory = LogDirectory,
        StartupTimeout = TimeSpan.FromSeconds(25),
        Reap = AtOnce,
    };
}

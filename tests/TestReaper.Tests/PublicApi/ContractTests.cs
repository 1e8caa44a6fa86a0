using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Servers.Output;
using Xunit;

namespace TestReaper.Tests.PublicApi;

/// <summary>
/// Uses every public name that tests outside this repository compile against, with the types that they assume. Most of the check
/// is that this file compiles.
/// </summary>
public sealed class ContractTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_options_are_records_with_init_properties()
    {
        await Task.CompletedTask;
        var reap = new ReapOptions
        {
            StopSignal = PosixSignal.SIGINT,
            StopWholeTree = true,
            GracePeriod = TimeSpan.Zero,
            Timeout = TimeSpan.FromSeconds(1),
            ReleaseTimeout = TimeSpan.Zero,
            LockFiles = ["lock"],
        };
        var options = new ServerProcessOptions
        {
            FileName = "server",
            Arguments = ["--port", "{port}"],
            Environment = new Dictionary<string, string?> { ["A"] = null },
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromSeconds(1),
            Endpoint = new Uri("http://localhost:{port}".Replace("{port}", "1", StringComparison.Ordinal)),
            VerifyListener = false,
            LogDirectory = "logs",
            KeepLogs = true,
            AttachTo = new Uri("http://localhost:1"),
            Reap = reap,
        };

        Assert.Equal(reap, (options with { FileName = "other" }).Reap);
        IReadOnlyList<string> arguments = options.Arguments, lockFiles = reap.LockFiles;
        Assert.Equal((2, 1), (arguments.Count, lockFiles.Count));
    }

    [Fact(Timeout = 30_000)]
    public async Task There_is_a_probe_of_every_kind()
    {
        await Task.CompletedTask;
        IReadinessProbe[] probes =
        [
            Readiness.Http("/health"),
            Readiness.TcpPort(),
            Readiness.UnixSocket("socket"),
            Readiness.OutputLine("ready"),
            Readiness.OutputLine(new Regex("ready on (?<port>[0-9]+)")),
            Readiness.All(Readiness.TcpPort(), Readiness.Http("/")),
            Readiness.Custom("always", static (server, cancellationToken) => Task.FromResult(!cancellationToken.IsCancellationRequested)),
            new OwnProbe(),
        ];

        Assert.All(probes, probe => Assert.NotEmpty(probe.Description));
        Assert.Equal((true, null), (new ReadinessResult(true).IsReady, new ReadinessResult(true).Detail));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_results_can_be_read()
    {
        await Task.CompletedTask;
        Func<ReapReport, (IReadOnlyList<ReapedProcess>, TimeSpan, string, string)> report =
            static r => (r.Processes, r.Elapsed, r.Mechanism, r.ToString());
        Func<ReapedProcess, (int, string, string, TimeSpan)> reaped = static p => (p.ProcessId, p.CommandLine, p.FoundBy, p.Elapsed);
        Func<SurvivingProcess, (int, string, int, string?, string)> survivor =
            static p => (p.ProcessId, p.State, p.Threads, p.WaitChannel, p.CommandLine);
        Func<ReapTimeoutException, (IReadOnlyList<SurvivingProcess>, ReapReport)> timeout = static e => (e.Survivors, e.Report);
        Func<ServerStartException, (string, int?, string)> start = static e => (e.CommandLine, e.ExitCode, e.OutputTail);

        Assert.All(new Delegate[] { report, reaped, survivor, timeout, start }, Assert.NotNull);
        Assert.True(typeof(Exception).IsAssignableFrom(typeof(ReapTimeoutException)));
        Assert.True(typeof(Exception).IsAssignableFrom(typeof(ServerStartException)));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_reaper_and_the_server_have_their_members()
    {
        var reaper = new ProcessReaper(options: null, logger: NullLogger.Instance, timeProvider: TimeProvider.System);
        Func<ProcessStartInfo, Process> startProcess = reaper.Start;
        Action<Process> record = reaper.Record;
        Func<ServerProcessOptions, ILogger?, CancellationToken, Task<ServerProcess>> start = ServerProcess.StartAsync;

        Assert.All(new Delegate[] { startProcess, record, start, UseServer }, Assert.NotNull);
        Assert.Empty((await reaper.ReapAsync(cancellationToken: default)).Processes);
        var report = await ProcessReaper.KillTreeAsync(
            processId: int.MaxValue,
            includeRoot: false,
            except: [1],
            options: new ReapOptions(),
            logger: null,
            cancellationToken: default);
        Assert.Empty(report.Processes);
    }

    private static async Task UseServer(ServerProcess server)
    {
        int pid = server.ProcessId, port = server.Port;
        IReadOnlyDictionary<string, int> ports = server.Ports;
        Uri address = server.BaseAddress;
        ServerOutput output = server.Output;
        IReadOnlyList<string> tail = output.Tail;
        string? logFile = output.LogFile;
        Action<string> onLine = Console.WriteLine;
        output.Line += onLine;
        output.Line -= onLine;
        StreamWriter input = server.StandardInput;
        ReapReport report = await server.ReapAsync(CancellationToken.None);
        await using IAsyncDisposable disposable = server;
        _ = (pid, port, ports, address, tail, logFile, input, report);
    }

    private sealed class OwnProbe : IReadinessProbe
    {
        public string Description => "own";

        public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) =>
            Task.FromResult(new ReadinessResult(IsReady: false, Detail: "not yet"));
    }
}

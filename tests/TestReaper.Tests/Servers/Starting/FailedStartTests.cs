using System.Net;
using TestReaper.Servers.Probes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A failed start says why and leaves nothing: FailAsync checks the registry at the moment of the exception.</summary>
public sealed class FailedStartTests : StartingServers
{
    private static readonly IReadinessProbe Never = Readiness.Custom("the impossible", (_, _) => Task.FromResult(false));

    [Fact(Timeout = 30_000)]
    public async Task A_fixed_port_that_is_taken_is_refused_with_its_holder_named()
    {
        var port = FreePort.Next();
        using var stale = await Bystander.StartAsync("--listen", $"{port}");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the stale server to listen");

        var failure = await FailAsync(Server("--http", $"{port}") with { Endpoint = new($"http://127.0.0.1:{port}/") });

        Contains($"Port {port} is taken by process {stale.Pid} ({TestProgram.Path} --registry ", failure.Message);
        Contains($"--role bystander --listen {port}).", failure.Message);
        Contains("Stop it, let the server use an allocated port ({port} in its arguments, and port 0 in Endpoint)", failure.Message);
        Assert.Empty(Registry.Registered());
        stale.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_fails_before_it_is_ready_is_reported_with_code_and_output()
    {
        string[] args =
            ["--children", "1", "--daemon", "--print", "loading", "--error", "out of memory", "--exit-after", "300", "--exit-code", "7"];
        var failure = await FailAsync(Server(args) with { Readiness = Never });

        Contains("The server exited with code 7 before it was ready.", failure.Message);
        Contains($"Command: {TestProgram.Path} --registry", failure.Message);
        Contains("Its last output:", failure.Message);
        Assert.Equal(7, failure.ExitCode);
        Assert.Equal(["loading", "out of memory"], failure.OutputTail.Split(Environment.NewLine).Order());
        Assert.Equal(["child", "daemon", "root"], Registry.Registered().Select(process => process.Role).Order());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_goes_into_the_background_is_reported_with_advice()
    {
        var failure = await FailAsync(Server("--daemon", "--exit-after", "300") with { Readiness = Never });

        Contains("The server exited with code 0 before it was ready.", failure.Message);
        Contains("let it run in the foreground", failure.Message);
        Contains("It wrote no output.", failure.Message);
        Assert.Equal(0, failure.ExitCode);
        Assert.Contains(Registry.Registered(), process => process.Role == "daemon");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_killed_is_reported_with_the_signal()
    {
        var failure = await FailAsync(Shell("echo before; kill -9 $$") with { Readiness = Never });

        Contains("The server was killed by signal 9 before it was ready.", failure.Message);
        Assert.DoesNotContain("foreground", failure.Message, StringComparison.Ordinal);
        Assert.Equal((128 + 9, "before"), (failure.ExitCode, failure.OutputTail));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_last_line_before_an_exit_is_never_lost()
    {
        // As much as the pipe holds: the exit is noticed while there is still output to read.
        const string Script = "yes 'a line of the usual length' 2>/dev/null | head -n 2000; echo the reason; exit 1";
        for (var round = 0; round < 30; round++)
        {
            var failure = await FailAsync(Shell(Script) with { Readiness = Never });

            Assert.EndsWith("the reason", failure.OutputTail, StringComparison.Ordinal);
            Assert.EndsWith("the reason", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_that_keeps_the_output_open_does_not_delay_the_report_for_long()
    {
        var failure = await FailAsync(
            Server("--hold-stdout", "--print", "gone", "--exit-after", "300", "--exit-code", "1") with { Readiness = Never });

        Assert.Equal((1, "gone"), (failure.ExitCode, failure.OutputTail));
        Assert.Contains(Registry.Registered(), process => process.Role == "holder");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_never_ready_is_reported_with_the_last_answer_and_reaped()
    {
        var failure = await FailAsync(
            Server("--http", "{port}", "--ready-after", "60000", "--children", "2", "--daemon", "--print", "model loading") with
            {
                Readiness = Readiness.Http("/health"),
                StartupTimeout = TimeSpan.FromSeconds(2),
            });

        Contains("The server was not ready within 2", failure.Message);
        Assert.Matches(@"GET /health was tried [1-9]\d* times, the last answer was: 503 Service Unavailable", failure.Message);
        Contains("Raise StartupTimeout if it is only slow.", failure.Message);
        Assert.Equal((null, "model loading"), (failure.ExitCode, failure.OutputTail));
        Assert.Equal(4, Registry.Registered().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_log_of_a_failed_start_stays_and_is_named()
    {
        var failure = await FailAsync(Shell("echo in the log; exit 1") with { Readiness = Never });

        var log = Assert.Single(Directory.GetFiles(LogDirectory));
        Contains($"Log: {log}", failure.Message);
        Assert.Equal("in the log" + Environment.NewLine, await File.ReadAllTextAsync(log));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_failure_masks_secrets_in_the_command_and_the_answer()
    {
        var leaky = Readiness.Custom("a leaky probe", (_, _) => throw new InvalidOperationException("no entry with s3cr3t-k3y"));

        var failure = await FailAsync(
            Server("--exit-after", "60000", "--role", "root") with
            {
                Environment = new Dictionary<string, string?> { ["API_KEY"] = "s3cr3t-k3y" },
                Readiness = leaky,
                StartupTimeout = TimeSpan.FromMilliseconds(500),
            });

        Contains("no entry with ***", failure.Message);
        Assert.DoesNotContain("s3cr3t-k3y", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_whose_failure_cannot_be_explained_is_reported_and_reaped()
    {
        var probe = new ProbeWithoutAddress();

        var failure = await FailAsync(Server() with { Readiness = probe, StartupTimeout = TimeSpan.FromSeconds(1) });

        Assert.StartsWith("The server could not be started: nowhere was tried ", failure.Message, StringComparison.Ordinal);
        Contains($"Command: {TestProgram.Path} --registry", failure.Message);
        Assert.NotEqual(0, probe.Pid);
        Assert.Null(ProcStat.StateOf(probe.Pid));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_leaves_unrelated_processes_alone()
    {
        using var bystander = await Bystander.StartAsync();

        await FailAsync(Server("--children", "1") with { Readiness = Never, StartupTimeout = TimeSpan.FromMilliseconds(500) });

        bystander.AssertAlive();
    }

    /// <summary>The hint for a server that is never ready needs the address of the probe.</summary>
    private sealed class ProbeWithoutAddress : INetworkProbe
    {
        public string Description => "nowhere";

        public int Pid { get; private set; }

        public EndPoint EndPoint(ServerProcess server) => throw new IOException("no address for a test");

        public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
        {
            Pid = server.ProcessId;
            return Task.FromResult(new ReadinessResult(false));
        }
    }
}

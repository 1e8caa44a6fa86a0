using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>A server dies after it was ready. Its tests learn why, and so does a class whose tests do not use it.</summary>
public sealed class ServerDeathTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task The_first_test_gets_everything_and_the_others_one_line()
    {
        var lifetime = await StartFixtureAsync(Dying("echo weights lost; exit 7"));
        var server = lifetime.Server;
        await KillAsync(server);

        var first = Assert.Throws<ServerExitedException>(() => lifetime.Server);
        var second = Assert.Throws<ServerExitedException>(() => lifetime.Server);

        Assert.Contains("The server exited with code 7. ", first.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.NewLine}weights lost", first.Message, StringComparison.Ordinal);
        Assert.Contains($"Log: {server.Output.LogFile}", first.Message, StringComparison.Ordinal);
        Assert.Contains("Command: /bin/sh -c", first.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.NewLine, second.Message, StringComparison.Ordinal);
        Assert.Contains("The server exited with code 7 at ", second.Message, StringComparison.Ordinal);
        Assert.All([first, second], failure =>
        {
            Assert.Equal((7, null, server.ProcessId), (failure.ExitCode, failure.Signal, failure.ProcessId));
            Assert.Contains("weights lost", failure.OutputTail, StringComparison.Ordinal);
            Assert.Equal(server.Output.LogFile, failure.LogFile);
            Assert.StartsWith("/bin/sh -c", failure.CommandLine, StringComparison.Ordinal);
        });
        await lifetime.StopAsync();
        Assert.True(File.Exists(first.LogFile));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("echo \"ModuleNotFoundError: No module named 'flashinfer'\"; exit 1", FailureKind.MissingModule)]
    [InlineData("echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.'; exit 1", FailureKind.GpuOutOfMemory)]
    [InlineData("echo bye; exit 3", FailureKind.Unknown)]
    public async Task The_cause_is_named_also_if_the_stop_reports_it(string end, FailureKind kind)
    {
        var lifetime = await StartFixtureAsync(Dying(end));
        await KillAsync(lifetime.Server);

        var failure = await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);

        Assert.Equal(kind, failure.Cause?.Kind);
        Assert.Contains($"{Environment.NewLine}Cause: {failure.Cause!.Summary}", failure.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("kill -11 $$", "was killed by signal 11 (SIGSEGV, a segmentation fault")]
    [InlineData("sh -c 'kill -9 $$'; exit $?", "exited with code 137 (128 + 9: a child of it ended by SIGKILL")]
    public async Task A_signal_is_explained(string end, string text)
    {
        var lifetime = await StartFixtureAsync(Dying(end));
        await KillAsync(lifetime.Server);

        Assert.Contains(text, Assert.Throws<ServerExitedException>(() => lifetime.Server).Message, StringComparison.Ordinal);

        await lifetime.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_death_that_no_test_has_seen_is_thrown_by_the_stop_once()
    {
        var lifetime = await StartFixtureAsync(Dying("echo weights lost; exit 7"));
        await KillAsync(lifetime.Server);

        var failure = await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);

        Assert.Contains("weights lost", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, Assert.Single(FixtureFailure.Extract(failure, out _)));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_death_of_a_further_server_is_thrown_by_the_stop()
    {
        var lifetime = await StartFixtureAsync(Program());
        var further = await lifetime.StartServerAsync(
            Dying("exit 7") with { Readiness = Readiness.OutputLine("^up$") }, CancellationToken.None);
        await KillAsync(further);

        var failure = await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);

        Assert.Equal(further.ProcessId, failure.ProcessId);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_on_purpose_is_not_a_death()
    {
        var reaped = await StartFixtureAsync(Program());
        await reaped.Server.ReapAsync();
        var restarted = await StartFixtureAsync(Dying("exit 7") with { Arguments = ["-c", "echo up; read go; exit 7", "{port}"] });
        await KillAsync(restarted.Server);
        await restarted.RestartAsync(CancellationToken.None);
        var expected = await StartFixtureAsync(Dying("exit 7") with { MayExit = true });
        await KillAsync(expected.Server);
        ServerProcess hooked = null!;
        var hook = await StartFixtureAsync(Dying("exit 7"), () => KillAsync(hooked));
        hooked = hook.Server;

        Assert.True(reaped.Server.HasExited);
        Assert.False(restarted.Server.HasExited);
        Assert.Equal(7, expected.Server.ExitCode);
        foreach (var lifetime in (FixtureLifetime[])[reaped, restarted, expected, hook])
        {
            await lifetime.StopAsync();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_that_no_test_has_seen_is_thrown_by_the_stop()
    {
        var options = Shell("echo weights lost; exit 7") with { Readiness = Readiness.OutputLine("never") };
        var (silent, seen) = (await StartFixtureAsync(options), await StartFixtureAsync(options));
        Assert.Throws<ServerStartException>(() => seen.Server);

        var failure = await Assert.ThrowsAsync<ServerStartException>(silent.StopAsync);

        Assert.Contains("weights lost", failure.Message, StringComparison.Ordinal);
        Assert.Single(FixtureFailure.Extract(failure, out _));
        await seen.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancelled_start_is_not_thrown_by_the_stop()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var hooks = new FixtureHooks(Program() with { Readiness = Readiness.OutputLine("never") });
        var lifetime = new FixtureLifetime(GetType(), hooks, Logger);

        await lifetime.StartAsync(cancellation.Token);

        await lifetime.StopAsync();
        Assert.Throws<ServerStartException>(() => lifetime.Server);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_ready_hook_that_failed_because_of_the_death_says_so()
    {
        FixtureLifetime lifetime = null!;
        var hooks = new FixtureHooks(Dying("echo 'CUDA out of memory'; exit 7"))
        {
            Ready = async () =>
            {
                await KillAsync(lifetime.Server);
                throw new HttpRequestException("Connection refused");
            },
        };
        lifetime = new FixtureLifetime(GetType(), hooks, Logger);

        await lifetime.StartAsync(CancellationToken.None);

        var failure = Assert.Throws<ServerStartException>(() => lifetime.Server);
        Assert.Contains("OnReadyAsync failed: Connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains("The server exited with code 7", failure.Message, StringComparison.Ordinal);
        Assert.Equal((7, FailureKind.GpuOutOfMemory), (failure.ExitCode, failure.Cause?.Kind));
        Assert.Single(failure.Message.Split(Environment.NewLine), line => line == "CUDA out of memory");
        Assert.Contains("CUDA out of memory", failure.OutputTail, StringComparison.Ordinal);
        await lifetime.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Workers_that_failed_before_the_root_are_named()
    {
        var lifetime = await StartFixtureAsync(Program("--children", "1") with { Readiness = Readiness.ProcessUp });
        var processes = await Registry.WaitForAsync(2);
        await Poll.UntilAsync(() => lifetime.Server.Exits!.WatchedWorkers == 1, "a sample that shows the worker");
        var reported = new TaskCompletionSource();
        lifetime.Server.WorkerExited += _ => reported.TrySetResult();
        processes.Single(process => process.Role == "child").Kill();
        await reported.Task;
        var server = lifetime.Server;
        processes.Single(process => process.Role == "root").Kill();
        await server.Exited;

        var failure = Assert.Throws<ServerExitedException>(() => lifetime.Server);

        Assert.Contains("Before that, its process ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--role child", failure.Message, StringComparison.Ordinal);
        await lifetime.StopAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("System.Net.Http.HttpRequestException : Connection refused (127.0.0.1:{0})", true)]
    [InlineData("System.Net.Sockets.SocketException : Connection refused [::1]:{0}", true)]
    [InlineData("System.Net.Http.HttpRequestException : The response ended prematurely.", true)]
    [InlineData("System.Threading.Tasks.TaskCanceledException : A task was canceled.", true)]
    [InlineData("System.Net.Http.HttpRequestException : Connection refused (127.0.0.1:1)", false)]
    [InlineData("Xunit.Sdk.EqualException : expected 127.0.0.1:{0}", false)]
    [InlineData("TestReaper.ServerExitedException : IOException 127.0.0.1:{0}", false)]
    public async Task A_refused_connection_is_explained_by_the_death(string failure, bool isExplained)
    {
        var owner = new ProcessOwner("class");
        owner.Enter();
        var options = Dying("exit 7") with { Arguments = ["-c", "echo up; read go; exit 7", "{port}"] };
        var lifetime = await StartFixtureAsync(options);
        var text = failure.Replace("{0}", $"{lifetime.Server.Port}", StringComparison.Ordinal);
        Assert.Null(ServerDeaths.Explain(owner, text));
        await KillAsync(lifetime.Server);

        var explanation = ServerDeaths.Explain(owner, text);

        Assert.Equal(isExplained, explanation is not null);
        Assert.True(explanation?.Contains("The server exited with code 7 at ", StringComparison.Ordinal) ?? true);
        await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_failure_of_another_class_is_not_explained()
    {
        new ProcessOwner("class").Enter();
        var lifetime = await StartFixtureAsync(Dying("exit 7"));
        await KillAsync(lifetime.Server);

        Assert.Null(ServerDeaths.Explain(new ProcessOwner("class"), "System.IO.IOException : Connection reset by peer"));

        await Assert.ThrowsAsync<ServerExitedException>(lifetime.StopAsync);
    }

    private static async Task KillAsync(ServerProcess server)
    {
        await server.StandardInput.WriteLineAsync("go");
        await server.Exited;
    }

    private ServerProcessOptions Dying(string end) => Shell($"echo up; read go; {end}") with { RedirectStandardInput = true };

    private async Task<FixtureLifetime> StartFixtureAsync(ServerProcessOptions options, Func<Task>? stopping = null)
    {
        var readiness = options.RedirectStandardInput ? Readiness.OutputLine("^up$") : options.Readiness;
        var hooks = new FixtureHooks(options with { Readiness = readiness }) { Stopping = stopping ?? (() => Task.CompletedTask) };
        var lifetime = new FixtureLifetime(GetType(), hooks, Logger);
        await lifetime.StartAsync(CancellationToken.None);
        return lifetime;
    }
}

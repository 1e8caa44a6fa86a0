using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The life of a server on every system: readiness, ports, output, secrets, stop, exit.</summary>
public sealed class PortableServerTests : RunningServers
{
    // Wine does not name the process that owns a socket, so who answers cannot be verified there.
    private ServerProcessOptions HttpServer(params string[] options) => Program(["--http", "{port}", .. options]) with
    {
        Readiness = Readiness.Http("/health"),
        VerifyListener = !OperatingSystem.IsWindows(),
    };

    // On Windows a file that is being written can be read only by a reader that allows the writing.
    private static string ReadLog(ServerProcess server)
    {
        using var file = new FileStream(server.Output.LogFile!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_gets_a_free_port_and_answers()
    {
        await using var server = await StartAsync(HttpServer("--ready-after", "300"));
        using var client = new HttpClient { BaseAddress = server.BaseAddress };

        Assert.Equal("/answer", await client.GetStringAsync("/answer", TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_servers_get_different_ports()
    {
        var servers = await Task.WhenAll(StartAsync(HttpServer()), StartAsync(HttpServer()));

        Assert.NotEqual(servers[0].Port, servers[1].Port);
        await Task.WhenAll(servers.Select(server => server.ReapAsync()));
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_output_of_both_streams_is_in_the_log_up_to_the_last_line()
    {
        await using var server = await StartUntilAsync("up", Program("--flood", "3000", "--error", "a warning", "--print", "up"));

        var log = ReadLog(server);

        Assert.Contains("line 003000", log, StringComparison.Ordinal);
        Assert.Contains("a warning", log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_of_the_environment_is_masked_in_the_output()
    {
        var options = Program("--print-secret-env", "API_KEY", "--print", "up") with
        {
            Environment = new Dictionary<string, string?> { ["API_KEY"] = "s3cret-of-the-server" },
        };
        await using var server = await StartUntilAsync("up", options);

        var log = ReadLog(server);

        Assert.DoesNotContain("s3cret", log, StringComparison.Ordinal);
        Assert.Contains("***", log, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Arguments_arrive_as_they_were_given()
    {
        string[] arguments = ["with space", "quote\"inside", @"back\slash\", @"both\""", "tab\there", "ünïcode", "100%", "a&b|c"];
        string[] prints = [.. arguments.SelectMany(argument => new[] { "--print", argument }), "--print", "up"];
        await using var server = await StartUntilAsync("up", Program(prints));

        var log = ReadLog(server);

        Assert.All(arguments, argument => Assert.Contains(argument, log, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Input_is_written_and_closed_by_the_stop()
    {
        var server = await StartAsync(Program("--cat") with { RedirectStandardInput = true });

        await server.StandardInput.WriteLineAsync("hello");

        await Poll.UntilAsync(() => server.Output.Tail.Contains("hello"), "the echo");
        await server.ReapAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_exit_code_of_a_server_that_ends_by_itself_is_known()
    {
        var server = await StartAsync(Program("--exit-after", "2500", "--exit-code", "7"));

        var exit = await server.Exited;

        Assert.Equal(7, exit.ExitCode);
        Assert.Equal(7, server.ExitCode);
        await server.ReapAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_stop_is_killed_after_the_grace_period()
    {
        var options = Program("--ignore-term", "--children", "1") with { Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(1) } };
        var server = await StartAsync(options);
        await Registry.WaitForAsync(2);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Contains(report.Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_start_leaves_nothing_and_shows_the_last_output()
    {
        var options = Program("--children", "1", "--print", "cannot do it", "--exit-after", "2500", "--exit-code", "5") with
        {
            Readiness = Readiness.OutputLine("^never$"),
        };

        var failure = await Assert.ThrowsAnyAsync<ServerStartException>(() => StartAsync(options));

        Registry.AssertNoneAlive();
        Assert.Equal(5, failure.ExitCode);
        Assert.Contains("cannot do it", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Files_and_temporary_files_are_removed_after_the_reap()
    {
        var options = Program("--print", "{files}", "--print", "up") with
        {
            PrivateTemp = true,
            Files = new Dictionary<string, string> { ["server.conf"] = "listen {port};" },
        };
        var server = await StartUntilAsync("up", options);
        var (temp, files) = (server.TempDirectory!, server.FilesDirectory!);
        Assert.True(Directory.Exists(temp));
        Assert.Equal($"listen {server.Port};", await File.ReadAllTextAsync(
            Path.Combine(files, "server.conf"), TestContext.Current.CancellationToken));

        await server.ReapAsync();

        Assert.False(Directory.Exists(temp));
        Assert.False(Directory.Exists(files));
    }
}

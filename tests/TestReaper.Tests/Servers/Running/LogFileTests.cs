using System.Runtime.Versioning;
using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

[UnsupportedOSPlatform("windows")]
public sealed class LogFileTests : RunningServers
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact(Timeout = 30_000)]
    public async Task Only_the_owner_can_read_it()
    {
        await using var server = await StartUntilAsync("done", Program("--print", "done"));

        Assert.NotNull(server.Output.LogFile);
        Assert.Equal(LogDirectory, Path.GetDirectoryName(server.Output.LogFile));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(server.Output.LogFile));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_can_be_read_while_the_server_runs()
    {
        await using var server = await StartUntilAsync("done", Program("--print", "done"));

        Assert.Equal("done\n", LogOf(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_deleted_after_a_clean_end()
    {
        await using var server = await StartUntilAsync("done", Program("--print", "done"));
        Assert.Single(Directory.GetFiles(LogDirectory));

        await server.ReapAsync();

        Assert.Null(server.Output.LogFile);
        Assert.Empty(Directory.GetFiles(LogDirectory));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_kept_on_request()
    {
        await using var server = await StartUntilAsync("done", Program("--print", "done") with { KeepLogs = true });

        await server.ReapAsync();

        Assert.Equal("done\n", LogOf(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_kept_after_a_failed_start_whose_message_names_it()
    {
        var failure = await Assert.ThrowsAsync<ServerStartException>(
            () => StartUntilAsync("never", Shell("echo broken; exit 5")));

        var log = Assert.Single(Directory.GetFiles(LogDirectory));
        Assert.Equal("broken\n", await File.ReadAllTextAsync(log));
        Assert.Contains($"Log: {log}", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_kept_after_a_crash()
    {
        var options = Shell("echo up; read go; echo broken; exit 5") with { RedirectStandardInput = true };
        await using var server = await StartUntilAsync("up", options);
        await server.StandardInput.WriteLineAsync("go");
        await ExitAsync(server);

        await server.ReapAsync();

        Assert.Equal("up\nbroken\n", LogOf(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_cannot_be_executed_leaves_no_log()
    {
        var script = Path.Combine(Registry.Directory, ".broken");
        await File.WriteAllTextAsync(script, "#!/no/such/interpreter\n");
        File.SetUnixFileMode(script, OwnerOnly | UnixFileMode.UserExecute);

        await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(Program() with { FileName = script }));

        Assert.False(Directory.Exists(LogDirectory) && Directory.GetFiles(LogDirectory).Length > 0);
    }

    /// <summary>A test that cleans up in the wrong order must neither fail the reap nor leave anything.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_directory_that_was_deleted_meanwhile_does_not_fail_the_reap()
    {
        await using var server = await StartUntilAsync("done", Program("--print", "done"));
        Directory.Delete(LogDirectory, recursive: true);

        var report = await server.ReapAsync();

        Assert.Single(report.Processes);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_servers_have_two_files()
    {
        await using var first = await StartAsync(Program());
        await using var second = await StartAsync(Program());

        Assert.NotEqual(first.Output.LogFile, second.Output.LogFile);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public async Task Over_its_limit_it_keeps_head_and_tail_and_says_what_is_missing(int lines)
    {
        const int Limit = 800;
        var all = Enumerable.Range(1, lines).Select(number => $"line {number:D6}").ToArray();

        var text = await WriteAsync(Limit, all);

        var kept = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var gap = Assert.Single(kept, line => line.StartsWith("...", StringComparison.Ordinal));
        var headLength = Array.IndexOf(kept, gap);
        var tail = kept[(headLength + 1)..];
        Assert.Equal(all.Take(headLength), kept.Take(headLength));
        Assert.Equal(all.TakeLast(tail.Length), tail);
        Assert.InRange(headLength * 12, Limit / 2 - 24, Limit / 2);
        Assert.InRange(tail.Length * 12, Limit / 4, Limit / 2 + 48);
        Assert.Equal($"... {(lines - headLength - tail.Length) * 12} bytes left out ...", gap);
    }

    [Fact(Timeout = 30_000)]
    public async Task Within_its_limit_it_is_complete() =>
        Assert.Equal("one\ntwo\n", await WriteAsync(limit: 100, "one", "two"));

    [Fact(Timeout = 30_000)]
    public async Task Lines_beyond_the_head_that_fit_the_tail_are_kept()
    {
        string[] lines = [.. Enumerable.Range(1, 50).Select(number => $"line {number:D6}")];

        var text = await WriteAsync(limit: 800, lines);

        var kept = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines, kept.Where(line => !line.StartsWith("...", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_size_is_bounded_while_it_is_written_and_its_parts_are_private()
    {
        var path = Path.Combine(Registry.Directory, ".log");
        using var log = new LogFile(path, limit: 800);
        for (var number = 1; number <= 2_000; number++)
        {
            log.WriteLine($"line {number:D6}");
            var files = Directory.GetFiles(Registry.Directory, ".log*");
            Assert.InRange(files.Sum(file => new FileInfo(file).Length), 0, 850);
            Assert.All(files, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        }

        log.Dispose();
        Assert.Equal([path], Directory.GetFiles(Registry.Directory, ".log*"));
        Assert.InRange(new FileInfo(path).Length, 600, 900);
        await Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_after_its_end_is_ignored()
    {
        var log = new LogFile(Path.Combine(Registry.Directory, ".log"));
        log.WriteLine("one");
        log.Dispose();

        log.WriteLine("two");
        log.Dispose();

        Assert.Equal("one\n", await File.ReadAllTextAsync(log.Path));
    }

    private async Task<string> WriteAsync(int limit, params string[] lines)
    {
        var path = Path.Combine(Registry.Directory, ".log");
        using (var log = new LogFile(path, limit))
        {
            foreach (var line in lines)
            {
                log.WriteLine(line);
            }
        }

        return await File.ReadAllTextAsync(path);
    }
}

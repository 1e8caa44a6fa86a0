using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class InputTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task Input_reaches_the_server_at_once()
    {
        await using var server = await StartAsync(Program("--cat") with { RedirectStandardInput = true });

        await server.StandardInput.WriteLineAsync("hello");

        await Poll.UntilAsync(() => server.Output.Tail.Contains("hello"), "the echo");
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_redirection_there_is_no_writer_and_the_server_reads_nothing()
    {
        await using var server = await StartUntilAsync("end", Shell("cat; echo end; exec sleep 60"));

        var error = Assert.Throws<InvalidOperationException>(() => server.StandardInput);

        Assert.Contains("RedirectStandardInput", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Closing_it_is_the_end_of_file()
    {
        await using var server = await StartAsync(Shell("cat >/dev/null; echo end; exec sleep 60") with { RedirectStandardInput = true });

        await server.StandardInput.DisposeAsync();

        await Poll.UntilAsync(() => server.Output.Tail.Contains("end"), "the end of the input");
        await server.ReapAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task After_the_reap_it_is_closed()
    {
        await using var server = await StartAsync(Program() with { RedirectStandardInput = true });
        var input = server.StandardInput;

        await server.ReapAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => input.WriteAsync("too late"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Input_for_a_dead_reader_does_not_fail_the_reap()
    {
        await using var server = await StartUntilAsync("up", Shell("echo up; read go") with { RedirectStandardInput = true });
        server.StandardInput.AutoFlush = false;
        await server.StandardInput.WriteAsync("go\n");
        await server.StandardInput.FlushAsync();
        await ExitAsync(server);
        await server.StandardInput.WriteAsync("never read");

        var report = await server.ReapAsync();

        Assert.Single(report.Processes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pending_write_does_not_fail_the_reap()
    {
        await using var server = await StartAsync(Program() with { RedirectStandardInput = true });
        await Registry.WaitForAsync(1);
        var write = server.StandardInput.WriteAsync(new string('x', 1_000_000));

        var report = await server.ReapAsync();

        Assert.Single(report.Processes);
        Registry.AssertNoneAlive();
        await Assert.ThrowsAnyAsync<Exception>(() => write);
    }

    /// <summary>The pipe is full, and the write to it pends for as long as the stranger keeps it open.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_write_that_a_stranger_blocks_neither_fails_nor_delays_the_reap()
    {
        await using var server = await StartAsync(Program() with { RedirectStandardInput = true });
        await Registry.WaitForAsync(1);
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$0\" --registry \"$1\" --role stranger <\"/proc/$2/fd/0\"",
                TestProgram.Path, Registry.Directory, $"{server.ProcessId}"]);
        using var stranger = Process.Start(start)!;
        await Registry.WaitForAsync(1, "stranger");
        var write = server.StandardInput.WriteAsync(new string('x', 1_000_000));

        await server.ReapAsync().WaitAsync(TimeSpan.FromSeconds(15));

        Registry.AssertAlive("root", 0);
        Registry.AssertAlive("stranger", 1);
        await Assert.ThrowsAnyAsync<Exception>(() => write);
    }
}

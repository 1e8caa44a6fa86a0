using System.Diagnostics;
using System.Net.Sockets;
using Xunit;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Tests that the options of the helper program do what they say.</summary>
public sealed class TestProcessTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_survives_its_middle_process_in_a_session_of_its_own()
    {
        using var process = Start("--daemon", "--orphan");
        var daemon = Assert.Single(await _registry.WaitForAsync(1, "daemon"));
        var orphan = Assert.Single(await _registry.WaitForAsync(1, "orphan"));
        await Poll.UntilAsync(() => !HasGrandchild(process.Id, daemon.Pid, orphan.Pid), "the middle processes to exit");

        process.Kill();
        await process.WaitForExitAsync();

        _registry.AssertAlive("daemon", 1);
        _registry.AssertAlive("orphan", 1);
        Assert.Equal(daemon.Pid, ProcStat.SessionOf(daemon.Pid));
        Assert.Equal(ProcStat.SessionOf(Environment.ProcessId), ProcStat.SessionOf(orphan.Pid));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_tree_has_the_requested_number_of_processes()
    {
        using var process = Start("--children", "3", "--depth", "2");

        await _registry.WaitForAsync(1 + 3 + 2);

        _registry.AssertAlive("child", 3);
        _registry.AssertAlive("level", 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_child_gets_the_options_meant_for_children()
    {
        using var process = Start("--depth", "2", "--children-ignore-term", "--child-arg", "--setpgid");
        var levels = (await _registry.WaitForAsync(3)).Where(member => member.Role == "level").ToList();

        levels.ForEach(level => Assert.Equal(0, LibC.kill(level.Pid, LibC.SIGTERM)));
        Terminate(process);
        await process.WaitForExitAsync();

        _registry.AssertAlive("level", 2);
        Assert.All(levels, level => Assert.Equal(level.Pid, ProcStat.GroupOf(level.Pid)));
    }

    [Fact(Timeout = 30_000)]
    public async Task SIGTERM_ends_a_process_cleanly_and_leaves_its_children()
    {
        using var process = Start("--children", "1");
        await _registry.WaitForAsync(2);

        Terminate(process);
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        _registry.AssertAlive("child", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task SIGTERM_is_passed_down_the_tree_on_request()
    {
        using var process = Start("--depth", "2", "--children", "2", "--term-children");
        await _registry.WaitForAsync(5);

        Terminate(process);
        await process.WaitForExitAsync();

        _registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stubborn_process_survives_SIGTERM_and_a_slow_one_takes_its_time()
    {
        using var slow = Start("--slow-exit", "300");
        using var stubborn = Start("--ignore-term", "--role", "stubborn");
        await _registry.WaitForAsync(2);
        var clock = Stopwatch.StartNew();

        Terminate(slow);
        Terminate(stubborn);
        await slow.WaitForExitAsync();

        Assert.InRange(clock.ElapsedMilliseconds, 300, 10_000);
        _registry.AssertAlive("stubborn", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_is_never_stopped_ends_with_its_lifetime()
    {
        using var process = TestProgram.Start("--ignore-term", "--lifetime", "1");

        await process.WaitForExitAsync();

        const int KilledByAlarm = 128 + 14;
        Assert.Equal(KilledByAlarm, process.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_server_becomes_ready_late_and_crashes_on_request()
    {
        var port = FreePort.Next();
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        using var process = Start("--http", $"{port}", "--ready-after", "500", "--crash-after", "2");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the server to listen");

        Assert.Equal("starting", await (await client.GetAsync("/health")).Content.ReadAsStringAsync());
        await Poll.UntilAsync(() => client.GetAsync("/health").Result.IsSuccessStatusCode, "the server to be ready");
        Assert.Equal("/one", await client.GetStringAsync("/one"));
        Assert.Equal("/two", await client.GetStringAsync("/two"));

        await process.WaitForExitAsync();
        Assert.Equal(3, process.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task Listeners_share_a_port_only_with_the_option_for_it()
    {
        var port = FreePort.Next();
        var path = Path.Combine(_registry.Directory, ".socket");
        using var first = Start("--listen", $"{port}", "--reuseport", "--unix", path);
        await Poll.UntilAsync(() => Connects(path), "the socket to accept");

        using var second = Start("--listen", $"{port}", "--reuseport", "--role", "second", "--exit-after", "0");
        using var third = TestProgram.Start("--listen", $"{port}", "--exit-after", "0");
        await Task.WhenAll(second.WaitForExitAsync(), third.WaitForExitAsync());

        Assert.Equal(0, second.ExitCode);
        Assert.Equal(1, third.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task Output_is_written_in_the_order_of_the_options()
    {
        var start = TestProgram.StartInfo(
            "--print", "one", "--error", "wrong", "--flood", "2", "--long-line", "3", "--print-secret-env", "SECRET",
            "--http", "0", "--print-port", "--cat", "--exit-after", "10000");
        start.Environment["SECRET"] = "hidden";
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync("echo");
        process.StandardInput.Close();

        var port = await process.StandardOutput.ReadLineAsync();
        var expected = "one\nline 000001\nline 000002\nxxx\nhidden\necho".ToCharArray();
        var actual = new char[expected.Length];
        await process.StandardOutput.ReadBlockAsync(actual);
        process.Kill();

        Assert.Matches(@"^Listening on port [1-9]\d*$", port);
        Assert.Equal(expected, actual);
        Assert.Equal("wrong", await process.StandardError.ReadLineAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_holder_keeps_stdout_open_without_an_environment()
    {
        var start = TestProgram.StartInfo("--registry", _registry.Directory, "--hold-stdout");
        start.Environment["TESTREAPER_SCOPE"] = "scope";
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var holder = Assert.Single(await _registry.WaitForAsync(1, "holder"));
        process.Kill();

        var end = process.StandardOutput.ReadToEndAsync();

        Assert.DoesNotContain("TESTREAPER_SCOPE", await File.ReadAllTextAsync($"/proc/{holder.Pid}/environ"), StringComparison.Ordinal);
        Assert.False(end.IsCompleted);
        holder.Kill();
        Assert.Equal("", await end);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_dump_shows_the_process_as_it_was_started()
    {
        var file = Path.Combine(_registry.Directory, ".dump");
        var start = TestProgram.StartInfo("--dump", file, "--setsid", "--role", "", "--exit-after", "0");
        start.WorkingDirectory = "/";
        start.Environment["a.b"] = "c d";
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;

        var dump = await ProcessDump.ReadAsync(file);

        Assert.Equal([TestProgram.Path, "--dump", file, "--setsid", "--role", "", "--exit-after", "0"], dump.Cmdline);
        Assert.Equal(start.Environment.Select(variable => $"{variable.Key}={variable.Value}").Order(), dump.Environ.Order());
        Assert.Equal([0, 1, 2], dump.InheritedFds.Take(3));
        Assert.True(dump.InheritedFds.Count < dump.Fds.Count);
        Assert.Equal((process.Id, Environment.ProcessId, "/"), (dump.Pid, dump.Ppid, dump.Cwd));
        Assert.Equal(ProcStat.SessionOf(Environment.ProcessId), dump.Sid);
        await process.WaitForExitAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lock_is_held_until_the_process_is_gone()
    {
        var file = Path.Combine(_registry.Directory, ".lock");
        using var holder = Start("--lock", file);
        await Poll.UntilAsync(() => File.Exists(file), "the lock file");

        Assert.Equal(1, await ExitCodeOfAsync("--lock", file, "--exit-after", "0"));
        holder.Kill();
        await holder.WaitForExitAsync();
        Assert.Equal(0, await ExitCodeOfAsync("--lock", file, "--exit-after", "0"));
    }

    private Process Start(params string[] args) => TestProgram.Start(["--registry", _registry.Directory, .. args]);

    private static bool HasGrandchild(int pid, params int[] candidates) =>
        candidates.Any(candidate => ProcStat.ParentOf(candidate) is { } parent && ProcStat.ParentOf(parent) == pid);

    private static async Task<int> ExitCodeOfAsync(params string[] args)
    {
        using var process = TestProgram.Start(args);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static void Terminate(Process process) => Assert.Equal(0, LibC.kill(process.Id, LibC.SIGTERM));

    private static bool Connects(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

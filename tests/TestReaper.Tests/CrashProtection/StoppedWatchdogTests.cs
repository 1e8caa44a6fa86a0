using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Watchdog;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A watchdog that reads no lines delays no launch, and does nothing when it continues later.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoppedWatchdogTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Lines_beyond_the_size_of_the_pipe_are_queued_and_a_stopped_watchdog_is_stuck()
    {
        var stuck = new TaskCompletionSource<WatchdogProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scope = ScopeId.New();
        Start(scope);
        await _registry.WaitForAsync(1);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", memoryTag: "", stuck.SetResult);
        var pid = await PidAsync(watchdog);
        _ = LibC.kill(pid, LibC.SIGSTOP);

        // The last line says that the scope was dropped.
        watchdog.Send($"add {scope} -");
        for (var i = 0; i < 5_000; i++)
        {
            watchdog.Send($"add {ScopeId.New()} -");
        }

        watchdog.Send($"drop {scope}");
        Assert.True(watchdog.IsBehind);
        Assert.Same(watchdog, await stuck.Task);
        watchdog.Kill();
        _ = LibC.kill(pid, LibC.SIGCONT);

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(pid), "the stopped watchdog to die");
        _registry.AssertAlive("process", 1);
    }

    /// <summary>Positive control of both: it reads every line, and acts on them.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_watchdog_that_continues_reads_every_queued_line()
    {
        var (dropped, left) = (ScopeId.New(), ScopeId.New());
        Start(dropped);
        Start(left, "--role", "left");
        await _registry.WaitForAsync(2);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", memoryTag: "", _ => { });
        var pid = await PidAsync(watchdog);
        _ = LibC.kill(pid, LibC.SIGSTOP);
        watchdog.Send($"add {left} -");
        watchdog.Send($"add {dropped} -");
        for (var i = 0; i < 5_000; i++)
        {
            watchdog.Send($"drop {ScopeId.New()}");
        }

        watchdog.Send($"drop {dropped}");
        Assert.True(watchdog.IsBehind);
        _ = LibC.kill(pid, LibC.SIGCONT);
        await Poll.UntilAsync(() => !watchdog.IsBehind, "the backlog to be written");
        watchdog.Dispose();

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(pid), "the watchdog to end");
        await Poll.UntilAsync(() => _registry.Alive("left").Count == 0, "what was left to die");
        _registry.AssertAlive("process", 1);
    }

    /// <summary>As with "flock 9; dotnet test": a descriptor without close-on-exec, with a lock on it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_watchdog_inherits_no_file_of_the_user()
    {
        var path = Path.Combine(_registry.Directory, ".lock");
        await File.WriteAllTextAsync(path, "");
        using var inherited = LibC.open(path, LibC.O_RDONLY);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", memoryTag: "", _ => { });
        using var child = Process.Start("/bin/sleep", "100");
        var pid = await PidAsync(watchdog);

        Assert.True(HostWatchdog.IsOne(pid));
        Assert.DoesNotContain(path, Files(pid));

        // Positive control: an ordinary child inherits it.
        Assert.Contains(path, Files(child.Id));
        child.Kill();
    }

    private static IEnumerable<string?> Files(int pid) =>
        Directory.GetFiles($"/proc/{pid}/fd").Select(file => new FileInfo(file).LinkTarget);

    private static async Task<int> PidAsync(WatchdogProcess watchdog)
    {
        await Poll.UntilAsync(() => watchdog.ProcessId is { } pid && HostWatchdog.IsOne(pid), "the pid of the watchdog");
        return watchdog.ProcessId!.Value;
    }

    private void Start(string scope, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _registry.Directory, .. options]);
        start.Environment[ScopeId.Variable] = scope;
        Process.Start(start)!.Dispose();
    }
}

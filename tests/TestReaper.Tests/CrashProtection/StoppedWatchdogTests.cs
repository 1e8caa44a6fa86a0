using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A watchdog that takes no lines holds up no launch, and does nothing when it goes on later.</summary>
[SupportedOSPlatform("linux")]
public sealed class StoppedWatchdogTests : IDisposable
{
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task Far_more_lines_than_its_pipe_holds_are_told_to_a_stopped_one_and_it_is_called_stuck()
    {
        var stuck = new TaskCompletionSource<WatchdogProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scope = ScopeId.New();
        Start(scope);
        await _registry.WaitForAsync(1);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", mark: "", stuck.SetResult);
        var pid = await PidAsync(watchdog);
        _ = LibC.kill(pid, LibC.SIGSTOP);

        // That the scope was dropped is the last that it would hear.
        watchdog.Tell($"add {scope} -");
        for (var i = 0; i < 5_000; i++)
        {
            watchdog.Tell($"add {ScopeId.New()} -");
        }

        watchdog.Tell($"drop {scope}");
        Assert.True(watchdog.IsBehind);
        Assert.Same(watchdog, await stuck.Task);
        watchdog.Kill();
        _ = LibC.kill(pid, LibC.SIGCONT);

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(pid), "the stopped watchdog to die");
        _registry.AssertAlive("process", 1);
    }

    /// <summary>The positive control of both: it hears all, and acts on it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task One_that_goes_on_hears_all_that_it_was_told_meanwhile()
    {
        var (dropped, left) = (ScopeId.New(), ScopeId.New());
        Start(dropped);
        Start(left, "--role", "left");
        await _registry.WaitForAsync(2);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", mark: "", _ => { });
        var pid = await PidAsync(watchdog);
        _ = LibC.kill(pid, LibC.SIGSTOP);
        watchdog.Tell($"add {left} -");
        watchdog.Tell($"add {dropped} -");
        for (var i = 0; i < 5_000; i++)
        {
            watchdog.Tell($"drop {ScopeId.New()}");
        }

        watchdog.Tell($"drop {dropped}");
        Assert.True(watchdog.IsBehind);
        _ = LibC.kill(pid, LibC.SIGCONT);
        await Poll.UntilAsync(() => !watchdog.IsBehind, "the backlog to be written");
        watchdog.Dispose();

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(pid), "the watchdog to end");
        await Poll.UntilAsync(() => _registry.Alive("left").Count == 0, "what was left to die");
        _registry.AssertAlive("process", 1);
    }

    /// <summary>As of "flock 9; dotnet test": a descriptor without close-on-exec, with a lock on it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_watchdog_keeps_no_file_of_the_user_open()
    {
        var path = Path.Combine(_registry.Directory, ".lock");
        await File.WriteAllTextAsync(path, "");
        using var inherited = LibC.open(path, LibC.O_RDONLY);
        using var watchdog = WatchdogProcess.Start(ProcessPlatform.Current, ledger: "", mark: "", _ => { });
        using var child = Process.Start("/bin/sleep", "100");
        var pid = await PidAsync(watchdog);

        Assert.True(HostWatchdog.IsOne(pid));
        Assert.DoesNotContain(path, Files(pid));

        // The positive control: a child that is started otherwise has it.
        Assert.Contains(path, Files(child.Id));
        child.Kill();
    }

    private static IEnumerable<string?> Files(int pid) => Directory.GetFiles($"/proc/{pid}/fd").Select(file => new FileInfo(file).LinkTarget);

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

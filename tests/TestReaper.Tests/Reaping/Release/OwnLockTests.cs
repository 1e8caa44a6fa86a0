using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping.Release;

/// <summary>
/// Closing any descriptor of a file drops all fcntl(2) locks of this process on it. The probe of a lock must keep the locks of the test
/// host.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class OwnLockTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_record_lock_of_this_process_survives_the_probe_and_is_reported_as_its_own()
    {
        using var registry = new ProcessRegistry();
        var path = Path.Combine(registry.Directory, ".data");
        await using var mine = Open(path);
        mine.Lock(0, 1);
        Assert.True(await IsLockedAsync(path));

        var state = ProcessPlatform.Current.Files.ProbeLock(path);

        Assert.Equal((true, Environment.ProcessId), (state.IsHeld, state.Holder));
        Assert.True(await IsLockedAsync(path));

        // Positive control: opening and closing the file drops the lock.
        Open(path).Dispose();
        Assert.False(await IsLockedAsync(path));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reap_that_checks_the_file_keeps_the_lock_of_this_process()
    {
        using var registry = new ProcessRegistry();
        var path = Path.Combine(registry.Directory, ".data");
        await using var mine = Open(path);
        mine.Lock(0, 1);
        var reaper = new ProcessReaper(RealTrees.AtOnce with { LockFiles = [path], ReleaseTimeout = TimeSpan.FromMilliseconds(100) });
        reaper.Start(TestProgram.StartInfo("--registry", registry.Directory)).Dispose();
        await registry.WaitForAsync(1);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => reaper.ReapAsync());

        Assert.True(await IsLockedAsync(path));
        Assert.Contains("this test host itself", failure.Message, StringComparison.Ordinal);
        registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_probe_works_while_this_process_has_the_file_open()
    {
        using var registry = new ProcessRegistry();
        var path = Path.Combine(registry.Directory, ".data.lock");
        await File.WriteAllTextAsync(path, "");

        // Not a stream of the runtime, which takes a shared lock.
        using var mine = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        Assert.Equal(false, ProcessPlatform.Current.Files.ProbeLock(path).IsHeld);

        using var bystander = await Bystander.StartAsync("--lock", path);
        await Poll.UntilAsync(
            () => ProcessPlatform.Current.Files.ProbeLock(path) is { IsHeld: true } state && state.Holder == bystander.Pid,
            "the bystander to hold the lock");
    }

    private static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    /// <summary>Probes the lock from another process.</summary>
    private static async Task<bool> IsLockedAsync(string path)
    {
        const string Try = """
            import fcntl, sys
            f = open(sys.argv[1], 'r+')
            try: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError: sys.exit(3)
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Try, path]))!;
        await python.WaitForExitAsync();
        Assert.True(python.ExitCode is 0 or 3, $"python3 ended with {python.ExitCode}");
        return python.ExitCode == 3;
    }
}

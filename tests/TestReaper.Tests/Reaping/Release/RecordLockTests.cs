using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping.Release;

/// <summary>Databases use fcntl(2), not flock(2).</summary>
public sealed class RecordLockTests
{
    private const string LockThenWait =
        "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.lockf(f,fcntl.LOCK_EX); print('locked',flush=True); time.sleep(60)";

    [SkippableFact(Timeout = 30_000)]
    public async Task A_record_lock_is_reported_with_its_holder()
    {
        var python = Programs.Require("python3");
        using var registry = new ProcessRegistry();
        var file = Path.Combine(registry.Directory, ".records.lock");
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = python,
            Arguments = ["-c", LockThenWait, file],
            Readiness = Readiness.OutputLine("locked"),
            LogDirectory = Path.Combine(registry.Directory, "logs"),
            Reap = new ReapOptions { LockFiles = [file] },
        });

        var held = ProcessPlatform.Current.Files.ProbeLock(file);
        var report = await server.ReapAsync();

        Assert.Equal(true, held.IsHeld);
        Assert.NotNull(held.Holder);
        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases).Verdict);
        Assert.Equal(false, ProcessPlatform.Current.Files.ProbeLock(file).IsHeld);
    }
}

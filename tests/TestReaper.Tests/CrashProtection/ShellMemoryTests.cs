using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.SharedMemory;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The script removes shared memory, in each shell that /bin/sh may be.</summary>
[SupportedOSPlatform("linux")]
public sealed class ShellMemoryTests : SharedMemoryTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash", "--posix")]
    [InlineData("busybox", "sh")]
    public async Task It_removes_the_objects_of_the_server_only(string shell, params string[] options)
    {
        var ledger = Path.GetTempFileName();
        var (own, semaphore, renamed, readable) = (NewName(), NewName(), NewName(), NewName());
        var (mapped, open, replaced, linked, victim, dropped) = (NewName(), NewName(), NewName(), NewName(), NewName(), NewName());
        await NeighbourAsync("create", mapped, "open-only", open);
        Stop(await NeighbourAsync(
            "touch", own, "semaphore", semaphore, "semaphore", renamed, "touch", readable, "systemv", "touch", replaced, "touch", victim,
            "touch", dropped));
        var segment = Assert.Single(Segments);
        File.SetUnixFileMode(PathOf(readable), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(PathOf(linked), PathOf(victim));
        using var starter = ShellTests.Start([Programs.Require(shell), .. options], "/usr/bin:/bin:/usr/sbin:/sbin", ledger);
        var watchdog = int.Parse((await starter.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        starter.Kill();
        var (scope, other) = (ScopeId.New(), ScopeId.New());

        ShellTests.Send(starter, $"add {scope} -", $"add {other} -");
        foreach (var name in (string[])[own, "sem." + semaphore, readable, mapped, open])
        {
            ShellTests.Send(starter, $"shm {scope} {InodeOf(name)} {name}");
        }

        // A scan may find a semaphore while sem_open(3) creates it, under its temporary name.
        ShellTests.Send(starter, $"shm {scope} {InodeOf("sem." + renamed)} sem.aB3dE6");
        ShellTests.Send(starter, $"shm {scope} {InodeOf(replaced) + 1} {replaced}", $"shm {scope} {InodeOf(victim)} {linked}");
        ShellTests.Send(starter, $"shm {scope} 1 ../../etc/hostname", $"shm {scope} 1 *", $"shm {scope} 1 $(exit)");
        ShellTests.Send(starter, $"ipc {scope} {segment} {CreatorOf(segment)}");
        ShellTests.Send(starter, $"shm {other} {InodeOf(dropped)} {dropped}", $"drop {other}");
        starter.StandardInput.Close();

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(watchdog), "the watchdog to end", Soon);
        Assert.False(Exists(own) || Exists("sem." + semaphore) || Exists(readable), "What was the server's is still there.");
        Assert.False(Exists("sem." + renamed), "A semaphore that was found under its temporary name is still there.");
        Assert.False(SystemVExists(segment), "The segment is still there.");
        Assert.True(Exists(mapped) && Exists(open), "What a neighbour uses is gone.");
        Assert.True(Exists(replaced) && Exists(victim) && Exists(dropped), "What was not the server's is gone.");
        Assert.NotNull(new FileInfo(PathOf(linked)).LinkTarget);
        Assert.True(File.Exists(ledger), "The ledger is gone, although something was left for the sweep.");
        File.Delete(ledger);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash", "--posix")]
    [InlineData("busybox", "sh")]
    public async Task It_waits_for_a_process_that_has_an_object_open_for_a_moment(string shell, params string[] options)
    {
        var (own, held) = (NewName(), NewName());
        Stop(await NeighbourAsync("touch", own, "touch", held));
        using var script = new ScriptRun(string.Join(' ', [shell, .. options]));
        var scope = ScopeId.New();
        await script.BeginAsync($"add {scope} -", $"shm {scope} {InodeOf(own)} {own}");
        using var reader = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec 3<\"$0\"; echo open; exec sleep 3", PathOf(own)])
        {
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("open", await reader.StandardOutput.ReadLineAsync());

        script.Close();

        await script.EndsAsync();
        Assert.False(Exists(own));
        Assert.True(Exists(held), "What was not the server's is gone.");
        await reader.WaitForExitAsync();
    }

    private static long InodeOf(string name)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", PathOf(name)]) { RedirectStandardOutput = true })!;
        return long.Parse(stat.StandardOutput.ReadToEnd(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string CreatorOf(int segment) => File.ReadLines("/proc/sysvipc/shm").Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Single(fields => fields[1] == $"{segment}")[4];
}

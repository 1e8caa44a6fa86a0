using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Files;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

[UnsupportedOSPlatform("windows")]
public sealed class FileLockTests : RunningServers
{
    private string LockPath => Path.Combine(Registry.Directory, ".lock");

    [Fact]
    public void It_can_be_taken_once_until_it_is_released()
    {
        using (var first = FileLock.TryLock(LockPath))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryLock(LockPath));
        }

        using var second = FileLock.TryLock(LockPath);
        Assert.NotNull(second);
    }

    [Fact]
    public void Its_file_is_private()
    {
        using var taken = FileLock.TryLock(LockPath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LockPath));
    }

    [Fact]
    public void Disposing_twice_closes_no_other_descriptor()
    {
        var first = FileLock.TryLock(LockPath)!;
        first.Dispose();
        using var second = FileLock.TryLock(LockPath);

        first.Dispose();

        Assert.Null(FileLock.TryLock(LockPath));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_kernel_releases_it_when_its_holder_dies()
    {
        using var holder = TestProgram.Start("--registry", Registry.Directory, "--lock", LockPath, "--children", "1");
        var registered = (await Registry.WaitForAsync(1, "process"))[0];

        // It locks before it spawns. A test of the lock would take it for a moment, so it is not tested earlier.
        await Registry.WaitForAsync(1, "child");
        Assert.True(IsHeld());

        registered.Kill();

        await Poll.UntilAsync(() => !IsHeld(), "its release");
    }

    [Fact]
    public void A_symbolic_link_is_not_followed()
    {
        var target = Path.Combine(Registry.Directory, ".target");
        File.CreateSymbolicLink(LockPath, target);

        Assert.Throws<IOException>(() => FileLock.TryLock(LockPath));
        Assert.False(File.Exists(target));
    }

    private bool IsHeld()
    {
        using var taken = FileLock.TryLock(LockPath);
        return taken is null;
    }
}

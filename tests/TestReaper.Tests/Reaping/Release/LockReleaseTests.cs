using TestReaper.Platform;
using TestReaper.Platform.Linux.Files;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping.Release;

public sealed class LockReleaseTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_lock_of_the_server_is_reported_as_released()
    {
        using var registry = new ProcessRegistry();
        var file = Path.Combine(registry.Directory, ".data.lock");
        await using var server = await StartAsync(registry, file, "--lock", file);
        await Poll.UntilAsync(() => ProcessPlatform.Current.Files.ProbeLock(file).IsHeld == true, "the server holds its lock");

        var report = await server.ReapAsync();

        var release = Assert.Single(report.Releases);
        Assert.Equal($"lock {file}", release.Name);
        Assert.Equal(ReleaseVerdict.Released, release.Verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lock_held_by_another_process_fails_the_reap_and_names_the_holder()
    {
        using var registry = new ProcessRegistry();
        var file = Path.Combine(registry.Directory, ".data.lock");
        using var bystander = await Bystander.StartAsync("--lock", file);
        await Poll.UntilAsync(() => ProcessPlatform.Current.Files.ProbeLock(file).IsHeld == true, "the bystander holds the lock");
        var server = await StartAsync(registry, file);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        var release = Assert.Single(failure.Report.Releases);
        Assert.Equal(ReleaseVerdict.Held, release.Verdict);
        Assert.Contains($"process {bystander.Pid}", release.Detail, StringComparison.Ordinal);
        registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_does_not_exist_is_free_and_is_not_created()
    {
        using var registry = new ProcessRegistry();
        var file = Path.Combine(registry.Directory, ".absent.lock");
        await using var server = await StartAsync(registry, file);

        var report = await server.ReapAsync();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases).Verdict);
        Assert.False(File.Exists(file));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_cannot_be_opened_is_not_verified_and_says_why()
    {
        using var registry = new ProcessRegistry();
        await using var server = await StartAsync(registry, registry.Directory);

        var report = await server.ReapAsync();

        var release = Assert.Single(report.Releases);
        Assert.Equal(ReleaseVerdict.NotVerified, release.Verdict);
        Assert.Contains("cannot be opened", release.Detail, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF", true, 4711)]
    [InlineData("2: POSIX  ADVISORY  READ  12 fe:00:1234 0 EOF", true, 12)]
    [InlineData("3: OFDLCK ADVISORY  WRITE -1 fe:00:1234 0 EOF", true, null)]
    [InlineData("4: LEASE  ACTIVE    READ  12 fe:00:1234 0 EOF", false, null)]
    [InlineData("1: -> FLOCK  ADVISORY  WRITE 4712 fe:00:1234 0 EOF", false, null)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 4711 fe:00:91234 0 EOF", false, null)]
    [InlineData("1: FLOCK  ADVISORY  WRITE 4711 fd:00:1234 0 EOF", false, null)]
    [InlineData("garbage", false, null)]
    public async Task The_holder_is_read_from_the_kernels_list_of_locks(string line, bool isHeld, int? holder) =>
        Assert.Equal((isHeld, holder), await Task.FromResult(KernelLocks.Find([line], new FileIdentity(0xfe, 0, 1234))));

    /// <summary>Btrfs and overlayfs report another device number there.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_lock_on_a_file_system_with_two_device_numbers_is_found_by_its_inode()
    {
        await Task.CompletedTask;
        string[] lines = ["1: FLOCK  ADVISORY  WRITE 4711 00:1f:1234 0 EOF"];

        Assert.Equal((true, 4711), KernelLocks.Find(lines, new FileIdentity(0, 0x30, 1234), byInodeAlone: true));
        Assert.Equal((false, null), KernelLocks.Find(lines, new FileIdentity(0, 0x30, 234), byInodeAlone: true));
    }

    private static Task<ServerProcess> StartAsync(ProcessRegistry registry, string lockFile, params string[] more) =>
        ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = TestProgram.Path,
            Arguments = ["--registry", registry.Directory, .. more],
            LogDirectory = Path.Combine(registry.Directory, "logs"),
            Reap = new ReapOptions { LockFiles = [lockFile], ReleaseTimeout = TimeSpan.FromMilliseconds(300) },
        });
}

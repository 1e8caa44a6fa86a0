using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Servers;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Tests that a temporary directory is removed whatever is in it, and nothing outside of it.</summary>
[SupportedOSPlatform("linux")]
public sealed class PrivateTempRemovalTests : StartingServers
{
    private const string Deep =
        "n=$(printf 'd%.0s' $(seq 200)); mkdir $n; echo x > $n/f; for i in $(seq 40); do mkdir n; mv $n n/; mv n $n; done";

    private const string Wide = "mkdir $(seq 1500); for i in *; do echo x > $i/f; done; mkdir -p 7/a/b 9/a/b/c; echo > 9/f";
    private readonly string _scope = $"{Guid.NewGuid():N}";

    [Theory(Timeout = 60_000)]
    [InlineData("a directory whose name is not UTF-8", "d=$(printf 'caf\\351'); mkdir \"$d\"; echo x > \"$d/big\"")]
    [InlineData("a file whose name is not UTF-8", "echo x > \"$(printf '\\377\\376')\"")]
    [InlineData("a link whose name is not UTF-8", "mkdir d; ln -s /nonexistent \"$(printf 'd/\\377')\"")]
    [InlineData("a tree deeper than PATH_MAX", Deep)]
    [InlineData("a tree of 1,500 levels", "mkdir d; for i in $(seq 1500); do mkdir n; mv d n/; mv n d; done")]
    [InlineData("directories without any right", "mkdir -p a/b c; echo x > a/b/f; chmod 0 a/b a c")]
    [InlineData("many directories that are not empty", Wide)]
    [InlineData("a FIFO, a hidden file and a newline", "mkfifo p; echo > .f; mkdir ..d; echo > \"..d/$(printf 'a\\nb')\"")]
    public async Task A_directory_is_removed_whatever_is_in_it(string content, string script)
    {
        var path = await CreateAsync(script);

        var swept = OwnDirectory.Remove(OwnDirectoryKind.Temp, ProcessPlatform.Current, path, TimeSpan.FromSeconds(50));

        Assert.Equal((content, ReleaseVerdict.Released, null), (content, swept!.Verdict, swept.Detail));
        Assert.False(Directory.Exists(path));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("rmdir \"$PWD\"; ln -s {kept} \"$PWD\"")]
    [InlineData("mkdir d; ln -s {kept} d/l; ln -s {kept}/file f; ln -s .. up")]
    [InlineData("rmdir \"$PWD\"")]
    public async Task What_is_outside_stays(string script)
    {
        var kept = FilePath("kept");
        Directory.CreateDirectory(kept);
        await File.WriteAllTextAsync(Path.Combine(kept, "file"), "mine");
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = await CreateAsync(script.Replace("{kept}", kept, StringComparison.Ordinal));

        var release = Temp().Finish(isClean: true, TimeSpan.FromSeconds(20));

        Assert.Equal((ReleaseVerdict.Released, null), (release.Verdict, release.Detail));
        Assert.False(Path.Exists(path));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(kept, "file")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(kept));
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_file_system_that_is_mounted_in_it_stays()
    {
        var path = await CreateAsync("mkdir -p a/mount; echo x > a/f");
        var mount = Path.Combine(path, "a", "mount");
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "none", mount) == 0, "This user cannot mount a file system.");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(mount, "file"), "mine");

            var failure = Assert.Throws<IOException>(() => ProcessPlatform.Current.Files.DeleteTree(path));
            var release = Temp().Finish(isClean: true, TimeSpan.FromSeconds(20));

            Assert.StartsWith("'mount' cannot be removed", failure.Message, StringComparison.Ordinal);
            Assert.Equal(ReleaseVerdict.Held, release.Verdict);
            Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(mount, "file")));
        }
        finally
        {
            await RunAsync("umount", mount);
            Directory.Delete(path, recursive: true);
        }
    }

    private static async Task<int> RunAsync(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private OwnDirectory Temp() =>
        PrivateTemp.For(Program("/bin/sh") with { PrivateTemp = true }, _scope, ProcessPlatform.Current)!;

    private async Task<string> CreateAsync(string script)
    {
        var temp = Temp();
        temp.Create();
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { WorkingDirectory = temp.Path })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
        return temp.Path;
    }
}

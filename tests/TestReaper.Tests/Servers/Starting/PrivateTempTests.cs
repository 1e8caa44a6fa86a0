using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Files;
using TestReaper.Servers;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

[SupportedOSPlatform("linux")]
public sealed class PrivateTempTests : StartingServers
{
    private const string Stay = "exec sleep 60";

    [Fact(Timeout = 30_000)]
    public async Task A_server_gets_a_directory_of_its_own_that_is_gone_after_the_reap()
    {
        await using var server =
            await StartAsync(Temp($"f=$(mktemp); echo \"$f $TEMP $TMP $1\"; stat -c %a \"$TMPDIR\"; echo up; {Stay}", "{tmp}/arg"));
        var directory = server.TempDirectory!;
        Assert.True(Directory.Exists(directory));
        var words = server.Output.Tail[0].Split(' ');

        var report = await server.ReapAsync();

        Assert.StartsWith(directory + "/", words[0], StringComparison.Ordinal);
        Assert.Equal([directory, directory, $"{directory}/arg"], words[1..]);
        Assert.Equal("700", server.Output.Tail[1]);
        Assert.False(Directory.Exists(directory));
        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases, release => release.Name == "temp files").Verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_the_option_nothing_is_changed()
    {
        await using var server = await StartAsync(Temp($"echo \"[$TMPDIR] $1\"; echo up; {Stay}", "{tmp}") with { PrivateTemp = false });

        var report = await server.ReapAsync();

        Assert.Equal($"[{Environment.GetEnvironmentVariable("TMPDIR")}] {{tmp}}", server.Output.Tail[0]);
        Assert.Null(server.TempDirectory);
        Assert.Empty(report.Releases);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_variable_that_the_options_set_wins_and_may_contain_the_directory()
    {
        await using var server = await StartAsync(Temp($"echo \"$TMPDIR $TMP $CACHE\"; echo up; {Stay}") with
        {
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = "/var/tmp", ["CACHE"] = "{tmp}/cache" },
        });

        Assert.Equal($"/var/tmp {server.TempDirectory} {server.TempDirectory}/cache", server.Output.Tail[0]);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_unix_socket_in_it_can_be_probed()
    {
        await using var server =
            await StartAsync(Server("--unix", "{tmp}/s") with { PrivateTemp = true, Readiness = Readiness.UnixSocket("{tmp}/s") });

        Assert.True(File.Exists(Path.Combine(server.TempDirectory!, "s")));
        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_failed_start_it_is_kept_and_named()
    {
        var failure = await FailAsync(Temp("echo wrong > {tmp}/reason; exit 3"));

        var line = Assert.Single(failure.Message.Split('\n'), line => line.StartsWith("Temporary files: ", StringComparison.Ordinal));
        var directory = line["Temporary files: ".Length..].Trim();
        Assert.Equal("wrong\n", await File.ReadAllTextAsync(Path.Combine(directory, "reason")));
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_crash_it_is_kept_and_named()
    {
        await using var server = await StartAsync(Temp("echo up; read x", []) with { RedirectStandardInput = true });
        await server.StandardInput.WriteLineAsync("go");
        await Poll.UntilAsync(() => server.HasExited, "the crash");

        var report = await server.ReapAsync();

        Assert.Contains($"temp files: not verified, kept in {server.TempDirectory}", report.ToString(), StringComparison.Ordinal);
        Assert.True(Directory.Exists(server.TempDirectory));
        Directory.Delete(server.TempDirectory!, recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_cannot_be_started_leaves_no_directory()
    {
        var script = FilePath("plain");
        using (var writer = System.Diagnostics.Process.Start("/bin/sh", ["-c", "echo sleep 60 > \"$0\" && chmod +x \"$0\"", script]))
        {
            await writer.WaitForExitAsync();
        }

        var before = Directories();

        await FailAsync(Program(script) with { PrivateTemp = true });

        // Only this class creates such directories, one test at a time.
        Assert.Equal(before, Directories());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_target_of_a_link_in_it_stays_and_read_only_directories_are_removed()
    {
        var kept = FilePath("kept");
        Directory.CreateDirectory(kept);
        await File.WriteAllTextAsync(Path.Combine(kept, "file"), "mine");
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var server =
            await StartAsync(Temp($"cd {{tmp}}; ln -s {kept} link; mkdir -p a/b; touch a/b/c; chmod 500 a/b a; echo up; {Stay}"));

        await server.ReapAsync();

        Assert.False(Directory.Exists(server.TempDirectory));
        Assert.True(File.Exists(Path.Combine(kept, "file")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(kept));
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_directory_of_a_dead_host_can_be_removed_by_its_scope()
    {
        var platform = ProcessPlatform.Current;
        var scope = $"{Guid.NewGuid():N}";
        var path = OwnDirectoryKind.Temp.PathOf(platform, scope);
        Assert.Null(OwnDirectory.Remove(OwnDirectoryKind.Temp, platform, path, TimeSpan.FromSeconds(5)));
        PrivateTemp.For(Temp("") with { PrivateTemp = true }, scope, platform)!.Create();
        await File.WriteAllTextAsync(Path.Combine(path, "file"), "");

        var swept = OwnDirectory.Remove(OwnDirectoryKind.Temp, platform, path, TimeSpan.FromSeconds(5));

        Assert.Equal(ReleaseVerdict.Released, swept!.Verdict);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void A_mount_below_is_found_whatever_its_name()
    {
        string[] lines =
        [
            "36 35 98:0 / /run rw - tmpfs tmpfs rw",
            @"37 35 98:0 / /run/my\040tmp/data rw - tmpfs tmpfs rw",
            "broken",
        ];

        Assert.Equal("/run/my tmp/data", MountTable.FindBelow(lines, "/run/my tmp"));
        Assert.Null(MountTable.FindBelow(lines, "/run/my tm"));
        Assert.Null(MountTable.FindBelow(lines, "/run/other"));
        Assert.Equal("/run", MountTable.FindBelow(lines, "/run"));
    }

    private static string[] Directories()
    {
        var parent = Path.GetDirectoryName(OwnDirectoryKind.Temp.PathOf(ProcessPlatform.Current, "x"))!;
        return Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];
    }

    private ServerProcessOptions Temp(string script, params string[] arguments) =>
        Program("/bin/sh", ["-c", script, "sh", .. arguments]) with { PrivateTemp = true, Readiness = Readiness.OutputLine("^up$") };
}

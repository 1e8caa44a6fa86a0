using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Servers;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Files that are written for a server before it starts.</summary>
[SupportedOSPlatform("linux")]
public sealed class FilesTests : StartingServers
{
    private const string Stay = "exec sleep 60";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerFile | UnixFileMode.UserExecute;

    [Fact(Timeout = 30_000)]
    public async Task Files_are_filled_in_private_and_gone_after_the_reap()
    {
        var options = With(
            "",
            ("server.conf", "listen {port}; peer {port:rpc+1}; temp {tmp}; here {files};\n"),
            ("conf.d/a/b.conf", "ü {port+1}\n")) with
        {
            Arguments = ["-c", $"cat \"$1\"; cat conf.d/a/b.conf; echo \"$WHERE\"; echo up; {Stay}", "sh", "{files}/server.conf"],
            Environment = new Dictionary<string, string?> { ["WHERE"] = "{files}:{port}" },
            WorkingDirectory = "{files}",
            PrivateTemp = true,
        };

        await using var server = await StartAsync(options);

        var (directory, port) = (server.FilesDirectory!, server.Port);
        Assert.Equal(
            [
                $"listen {port}; peer {server.Ports["rpc"] + 1}; temp {server.TempDirectory}; here {directory};",
                $"ü {port + 1}",
                $"{directory}:{port}",
                "up",
            ],
            server.Output.Tail);
        Assert.All(
            Directory.GetFiles(directory, "*", SearchOption.AllDirectories),
            file => Assert.Equal(OwnerFile, File.GetUnixFileMode(file)));
        Assert.All(
            Directory.GetDirectories(directory, "*", SearchOption.AllDirectories).Append(directory),
            one => Assert.Equal(OwnerDirectory, File.GetUnixFileMode(one)));
        Assert.Equal((byte)'l', (await File.ReadAllBytesAsync(Path.Combine(directory, "server.conf")))[0]);

        var report = await server.ReapAsync();

        Assert.False(Directory.Exists(directory));
        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases, release => release.Resource == ReleaseResource.Files).Verdict);
        Assert.Contains("files: released", report.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_that_only_a_file_contains_is_the_port_of_the_server()
    {
        var script = $"exec {TestProgram.Path} --registry {Registry.Directory} --role root --http $(cat {{files}}/port)";

        await using var server = await StartAsync(
            With(script, ("port", "{port}")) with { Readiness = Readiness.Http("/health") });

        Assert.Equal(server.Ports["port"], server.Port);
        Assert.True(PortLock.IsHeld(server.Port));
        Registry.AssertAlive("root", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_files_nothing_is_changed()
    {
        await using var server = await StartAsync(With($"echo '{{files}}'; echo up; {Stay}"));

        var report = await server.ReapAsync();

        Assert.Equal("{files}", server.Output.Tail[0]);
        Assert.Null(server.FilesDirectory);
        Assert.Empty(report.Releases);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_working_directory_and_a_socket_may_be_in_the_directory()
    {
        var options = Server("--unix", "{files}/data/s") with
        {
            Files = new Dictionary<string, string> { ["data/empty"] = "" },
            WorkingDirectory = "{files}/data",
            Readiness = Readiness.UnixSocket("{files}/data/s"),
        };

        await using var server = await StartAsync(options);

        Assert.Equal($"{server.FilesDirectory}/data", new FileInfo($"/proc/{server.ProcessId}/cwd").LinkTarget);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_failed_start_they_are_kept_and_named()
    {
        var failure = await FailAsync(With("echo wrong >> {files}/server.conf; exit 3", ("server.conf", "a\n")));

        var line = Assert.Single(failure.Message.Split('\n'), line => line.StartsWith("Files: ", StringComparison.Ordinal));
        var directory = line["Files: ".Length..].Trim();
        Assert.Equal("a\nwrong\n", await File.ReadAllTextAsync(Path.Combine(directory, "server.conf")));
        Directory.Delete(directory, recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_a_crash_they_are_kept_and_named()
    {
        await using var server = await StartAsync(
            With("echo up; read x", ("server.conf", "a")) with { RedirectStandardInput = true, PrivateTemp = true });
        await server.StandardInput.WriteLineAsync("go");
        await Poll.UntilAsync(() => server.HasExited, "the crash");

        var report = await server.ReapAsync();

        Contains($"files: not verified, kept in {server.FilesDirectory}", report.ToString());
        Assert.True(File.Exists(Path.Combine(server.FilesDirectory!, "server.conf")));
        Directory.Delete(server.FilesDirectory!, recursive: true);
        Directory.Delete(server.TempDirectory!, recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restart_writes_them_again_with_the_same_port()
    {
        await using var first = await StartAsync(With($"cat {{files}}/server.conf; echo up; {Stay}", ("server.conf", "listen {port};\n")));

        await using var second = await first.RestartAsync(Log, CancellationToken.None);

        Assert.Equal($"listen {first.Port};", first.Output.Tail[0]);
        Assert.Equal(first.Output.Tail, second.Output.Tail);
        Assert.NotEqual(first.FilesDirectory, second.FilesDirectory);
        Assert.False(Directory.Exists(first.FilesDirectory));
        Assert.True(Directory.Exists(second.FilesDirectory));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("program")]
    [InlineData("directory")]
    [InlineData("name")]
    [InlineData("format")]
    public async Task A_start_that_fails_before_the_launch_leaves_no_directory(string reason)
    {
        var plain = FilePath("plain");
        await File.WriteAllTextAsync(plain, "sleep 60");
        File.SetUnixFileMode(plain, OwnerDirectory);
        var options = With("exit", ("a/server.conf", "")) with { PrivateTemp = true };
        options = reason switch
        {
            "program" => options with { FileName = "/nonexistent/server" },
            "directory" => options with { WorkingDirectory = "{files}/other" },
            "name" => options with { Files = new Dictionary<string, string> { ["a/b"] = "", [new string('x', 300)] = "" } },
            _ => options with { FileName = plain, Arguments = ["{files}"] },
        };
        var before = Directories();

        var failure = await FailAsync(options);

        // Other tests create and remove such directories at the same time, but not with this content.
        Assert.DoesNotContain(
            Directories().Except(before), directory => Accessible.OrDefault(() => Directory.GetDirectories(directory, "a")) is [_]);
        Contains("could not be started", failure.Message);
        if (reason == "name")
        {
            Contains($"its file '{new string('x', 300)}' cannot be written in '", failure.Message);
        }
    }

    private static string[] Directories()
    {
        var parent = Path.GetDirectoryName(OwnDirectoryKind.Files.PathOf(ProcessPlatform.Current, "x"))!;
        return Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];
    }

    private ServerProcessOptions With(string script, params (string Name, string Content)[] files) => Shell(script) with
    {
        Files = files.ToDictionary(file => file.Name, file => file.Content),
        Readiness = Readiness.OutputLine("^up$"),
    };
}

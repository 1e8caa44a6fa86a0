using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using TestReaper.Platform;
using TestReaper.Secrets;
using TestReaper.Servers.Recording;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>What becomes of the file that a runtime writes, and of files that other users have put beside the log.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DumpFileTests : IDisposable
{
    private const string Key = "sk-file-1732050807";
    private static readonly byte[] Raw = Encoding.UTF8.GetBytes($"memory API_KEY={Key} memory");
    private readonly string _directory = Directory.CreateTempSubdirectory("testreaper-").FullName;

    private string Dump => Path.Combine(_directory, "server.log.stacks.1.dmp");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task A_dump_is_masked_in_a_private_directory_before_it_is_put_beside_the_log()
    {
        string? written = null;
        UnixFileMode? mode = null;
        using var runtime = new FakeRuntime(_directory, async (connection, path) =>
        {
            (written, mode) = (path, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
            await WriteAsync(path);
            await connection.SendAsync(FakeRuntime.Answer(0));
        });

        Assert.Null(await TryWriteAsync(runtime));

        Assert.Equal("memory API_KEY=****************** memory", await File.ReadAllTextAsync(Dump));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Dump));
        Assert.StartsWith(StateDirectory.Get(ProcessPlatform.Current) + "/", written, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode);
        AssertRemoved(written);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_dump_that_the_runtime_refuses_leaves_nothing()
    {
        string? asked = null;
        using var runtime = new FakeRuntime(_directory, async (connection, path) =>
        {
            asked = path;
            await connection.SendAsync(FakeRuntime.Answer(unchecked((int)0x80131384)));
        });

        Assert.Equal("the runtime refused it with 0x80131384", await TryWriteAsync(runtime));

        Assert.False(File.Exists(Dump));
        AssertRemoved(asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_comes_byte_by_byte_has_one_limit()
    {
        string? written = null;
        using var runtime = new FakeRuntime(_directory, async (connection, path) =>
        {
            written = path;
            await WriteAsync(path);
            foreach (var one in FakeRuntime.Answer(0))
            {
                await Task.Delay(400);
                await connection.SendAsync(new[] { one });
            }
        });
        var start = Stopwatch.GetTimestamp();

        Assert.Equal("the runtime did not answer in time", await TryWriteAsync(runtime, TimeSpan.FromSeconds(1)));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        Assert.False(File.Exists(Dump));
        AssertRemoved(written);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_or_link_that_exists_is_not_overwritten(bool isLink)
    {
        string? written = null;
        var target = isLink ? Dump + ".other" : Dump;
        await File.WriteAllTextAsync(target, "of another user");
        if (isLink)
        {
            File.CreateSymbolicLink(Dump, target);
        }

        using var runtime = new FakeRuntime(_directory, async (connection, path) =>
        {
            written = path;
            await WriteAsync(path);
            await connection.SendAsync(FakeRuntime.Answer(0));
        });

        Assert.NotNull(await TryWriteAsync(runtime));

        Assert.Equal("of another user", await File.ReadAllTextAsync(target));
        AssertRemoved(written);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_link_in_a_directory_that_another_user_has_put_beside_the_log_is_not_followed()
    {
        var victim = Path.Combine(_directory, "victim");
        await File.WriteAllTextAsync(victim, "of this user");
        File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Dump + ".part").FullName, "dump"), victim);
        using var runtime = new FakeRuntime(_directory, async (connection, path) =>
        {
            await WriteAsync(path);
            await connection.SendAsync(FakeRuntime.Answer(0));
        });

        await TryWriteAsync(runtime);

        Assert.Equal("of this user", await File.ReadAllTextAsync(victim));
    }

    private static void AssertRemoved(string? raw)
    {
        Assert.NotNull(raw);
        Assert.False(Directory.Exists(Path.GetDirectoryName(raw)), "The dump with its secrets is still there.");
    }

    // As createdump opens it: it follows links.
    private static Task WriteAsync(string path) => File.WriteAllBytesAsync(path, Raw);

    private Task<string?> TryWriteAsync(FakeRuntime runtime, TimeSpan? limit = null) => Task.Run(() => DotnetDump.TryWrite(
        ProcessPlatform.Current,
        runtime.Path,
        Dump,
        SecretMask.For([], [KeyValuePair.Create("API_KEY", Key)]),
        limit ?? TimeSpan.FromSeconds(10),
        new RecordingDeadline(TimeSpan.FromSeconds(20), CancellationToken.None)));
}

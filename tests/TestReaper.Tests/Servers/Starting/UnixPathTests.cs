using System.Net.Sockets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A unix socket is identified by its file, not by its path.</summary>
public sealed class UnixPathTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_stranger_whose_socket_file_was_replaced_does_not_count()
    {
        var path = FilePath("s");
        using var old = Listen(path);
        File.Delete(path);

        await using var server = await StartAsync(Server("--unix", path) with { Readiness = Readiness.UnixSocket(path) });

        Assert.Empty(Log.Warnings);
        Registry.AssertAlive("root", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_that_replaced_the_file_of_the_server_is_refused()
    {
        var path = FilePath("s");
        using var thief = new Thief();
        var probe = Readiness.All(
            Readiness.Custom("thief", async (_, _) =>
            {
                await Poll.UntilAsync(() => File.Exists(path), "the server's socket");
                thief.Take(path);
                return true;
            }),
            Readiness.UnixSocket(path));

        var failure = await FailAsync(Server("--unix", path) with { Readiness = probe });

        Contains($"{path} was answered by process {Environment.ProcessId} ", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_path_through_a_link_leads_to_the_same_socket()
    {
        var (directory, link) = (FilePath("directory"), FilePath("link"));
        Directory.CreateDirectory(directory);
        File.CreateSymbolicLink(link, directory);

        await using var server = await StartAsync(Server("--unix", Path.Combine(directory, "s")) with
        { Readiness = Readiness.UnixSocket(Path.Combine(link, "s")) });

        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_reached_through_a_link_is_refused()
    {
        var (path, link) = (FilePath("s"), FilePath("link"));
        using var stranger = Listen(path);
        File.CreateSymbolicLink(link, path);

        var failure = await FailAsync(Server() with { Readiness = Readiness.UnixSocket(link) });

        Contains($"was answered by process {Environment.ProcessId} ", failure.Message);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{tmp}")]
    [InlineData("{files}")]
    public async Task A_path_that_is_too_long_after_the_replacement_is_refused_before_the_launch(string directory)
    {
        var options = Server() with
        {
            PrivateTemp = true,
            Files = new Dictionary<string, string> { ["x"] = "" },
            Readiness = Readiness.All(Readiness.ProcessUp, Readiness.UnixSocket($"{directory}/{new string('s', 95)}")),
        };

        var failure = await FailAsync(options);

        Contains("the path of Readiness.UnixSocket, '/", failure.Message);
        Contains("a socket can have 107. Use a shorter name", failure.Message);
        Assert.Empty(Registry.Registered());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_abstract_name_is_found_too()
    {
        var name = $"testreaper-{Guid.NewGuid():N}";
        using var stranger = Listen("\0" + name);

        var failure = await FailAsync(Server() with { Readiness = Readiness.UnixSocket("\0" + name) });

        Contains($"@{name} was answered by process {Environment.ProcessId} ", failure.Message);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }

    private sealed class Thief : IDisposable
    {
        private Socket? _socket;

        public void Take(string path)
        {
            if (_socket is null)
            {
                File.Delete(path);
                _socket = Listen(path);
            }
        }

        public void Dispose() => _socket?.Dispose();
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Sockets;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class SocketTableTests : RunningServers
{
    private const string UnixHeader = "Num       RefCount Protocol Flags    Type St Inode Path";

    // Recorded from /proc/net/unix; the third is a connected socket of the same path, the last one has no path.
    private static readonly string[] Unix =
    [
        UnixHeader,
        "0000000000000000: 00000002 00000000 00010000 0001 01 15211 /run/user/1000/bus",
        "0000000000000000: 00000002 00000000 00010000 0001 01 15212 /tmp/with space/s.sock",
        "0000000000000000: 00000003 00000000 00000000 0001 03 15213 /run/user/1000/bus",
        "0000000000000000: 00000002 00000000 00010000 0001 01 15214 @/tmp/abstract",
        "0000000000000000: 00000003 00000000 00000000 0001 03 15215",
    ];

    private static readonly IPAddress OtherAddress = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData("/run/user/1000/bus", 15211)]
    [InlineData("/tmp/with space/s.sock", 15212)]
    [InlineData("@/tmp/abstract", 15214)]
    public void A_listening_unix_socket_is_found_by_its_path(string path, long inode) =>
        Assert.Equal([inode], UnixSockets.ParseListeners(Unix, path));

    [Theory]
    [InlineData("/run/user/1000")]
    [InlineData("/run/user/1000/bus2")]
    [InlineData("/tmp/with")]
    [InlineData("")]
    public void No_other_path_is_found(string path) => Assert.Empty(UnixSockets.ParseListeners(Unix, path));

    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000: 00000002 00000000 00010000")]
    [InlineData("0000000000000000: 00000002 00000000 00010000 0001 01 many /x")]
    public void Malformed_lines_are_skipped(string line) => Assert.Empty(UnixSockets.ParseListeners([UnixHeader, line], "/x"));

    [Fact]
    public void A_listener_on_the_exact_address_comes_first()
    {
        Assert.Equal(
            [3],
            Receivers(IPAddress.Loopback, (IPAddress.IPv6Any, 1), (IPAddress.Any, 2), (IPAddress.Loopback, 3), (OtherAddress, 4)));
        Assert.Equal([2], Receivers(IPAddress.IPv6Loopback, (IPAddress.IPv6Any, 1), (IPAddress.IPv6Loopback, 2)));
    }

    [Fact]
    public void A_listener_on_any_address_of_the_family_precedes_a_dual_stack_one()
    {
        Assert.Equal([2], Receivers(IPAddress.Loopback, (IPAddress.IPv6Any, 1), (IPAddress.Any, 2)));
        Assert.Equal([1], Receivers(IPAddress.Loopback, (IPAddress.IPv6Any, 1), (OtherAddress, 4)));
        Assert.Equal([1], Receivers(IPAddress.IPv6Loopback, (IPAddress.IPv6Any, 1), (IPAddress.Any, 2)));
    }

    [Fact]
    public void Listeners_that_share_a_port_are_all_receivers() =>
        Assert.Equal([1, 2], Receivers(IPAddress.Loopback, (IPAddress.Loopback, 1), (IPAddress.Loopback, 2), (IPAddress.Any, 3)).Order());

    [Fact]
    public void Listeners_on_other_addresses_receive_nothing()
    {
        Assert.Empty(Receivers(IPAddress.Loopback, (OtherAddress, 1), (IPAddress.IPv6Loopback, 2)));
        Assert.Empty(Receivers(IPAddress.IPv6Loopback, (IPAddress.Any, 1), (IPAddress.Loopback, 2)));
        Assert.Empty(Receivers(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("socket:[4711]", 4711L)]
    [InlineData("socket:[9223372036854775807]", long.MaxValue)]
    [InlineData("socket:[]", null)]
    [InlineData("socket:[", null)]
    [InlineData("socket:[12", null)]
    [InlineData("socket:[x]", null)]
    [InlineData("socket:[99999999999999999999]", null)]
    [InlineData("pipe:[4711]", null)]
    [InlineData("/tmp/socket:[4711]", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_inode_is_the_number_in_the_link(string? target, long? inode) => Assert.Equal(inode, SocketHolders.SocketInode(target));

    /// <summary>The tables of the running kernel, read while a socket of this process is in them.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_real_tcp_listener_is_in_the_table_and_its_process_is_the_owner()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = (IPEndPoint)listener.LocalEndpoint;

        var inode = Assert.Single(TcpSockets.ListeningAt(endpoint));

        Assert.Equal(TestReaper.Platform.ListenerKind.Tree, SocketHolders.Find(new HashSet<long> { inode }, [Environment.ProcessId]).Kind);
        var owner = SocketHolders.Find(new HashSet<long> { inode }, []);
        Assert.Equal((TestReaper.Platform.ListenerKind.Unrelated, Environment.ProcessId), (owner.Kind, owner.Pid));
        listener.Stop();
        await Poll.UntilAsync(() => TcpSockets.ListeningAt(endpoint).Count == 0, "the socket to leave the table");
        Assert.Equal(TestReaper.Platform.ListenerKind.None, SocketHolders.Find(new HashSet<long>(), []).Kind);
    }

    /// <summary>The kernel's answer by netlink equals its tables, for every kind of listener.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    public void The_diagnosis_equals_the_table(string address)
    {
        using var listener = new Socket(AddressOf(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (listener.AddressFamily == AddressFamily.InterNetworkV6)
        {
            listener.DualMode = true;
        }

        listener.Bind(new IPEndPoint(AddressOf(address), 0));
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Assert.Empty(SocketDiagnosis.TryListListeners(listener.AddressFamily, port)!);

        listener.Listen();

        var listed = Assert.Single(SocketDiagnosis.TryListListeners(listener.AddressFamily, port)!);
        Assert.Equal(Assert.Single(TcpTable.Read(listener.AddressFamily, listenersOnly: true), socket => socket.Local.Port == port),
            listed with { IsIPv6Only = false });
        Assert.Contains(listed, SocketDiagnosis.TryListListeners(listener.AddressFamily, port: 0)!);
    }

    /// <summary>In these cases the table is read.</summary>
    [Theory]
    [InlineData(2, 36, 36)]
    [InlineData(20, 40, 40)]
    [InlineData(20, 88, 80)]
    [InlineData(20, 0, 88)]
    [InlineData(20, 88, 95)]
    public void An_erroneous_or_malformed_answer_counts_as_none(int type, int length, int received)
    {
        var answer = new byte[received];
        BitConverter.TryWriteBytes(answer, length);
        BitConverter.TryWriteBytes(answer.AsSpan(4), (ushort)type);

        Assert.Null(SocketQuery.Parse(answer, smallest: 72, static _ => { }));
    }

    [Fact]
    public void More_listeners_than_fit_one_answer_are_all_listed()
    {
        var listeners = Enumerable.Range(0, 500).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(listener => listener.Start());
            var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port);

            var listed = SocketDiagnosis.TryListListeners(AddressFamily.InterNetwork, port: 0)!.Select(socket => socket.Local.Port);
            Assert.Subset(listed.ToHashSet(), ports.ToHashSet());
        }
        finally
        {
            listeners.ForEach(listener => listener.Stop());
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_real_unix_listener_is_in_the_table()
    {
        var path = Path.Combine(Registry.Directory, ".s o");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Empty(UnixSockets.ParseListeners(File.ReadLines("/proc/net/unix"), path));

        socket.Listen();

        Assert.Single(UnixSockets.ParseListeners(File.ReadLines("/proc/net/unix"), path));
        await Task.CompletedTask;
    }

    /// <summary>The holder of a port has secrets of its own, which the mask of the server does not know.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_secrets_of_the_holder_of_a_port_are_masked()
    {
        var info = new ProcessStartInfo("/bin/sh", ["-c", "echo up; read end", "s3cr3t-k3y"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        info.Environment["HOLDER_API_KEY"] = "s3cr3t-k3y";
        using var holder = Process.Start(info)!;
        Assert.Equal("up", await holder.StandardOutput.ReadLineAsync());

        var text = ListenerText.Describe(
            new ListenerHolder(ListenerKind.Unrelated, holder.Id), ProcessPlatform.Current, SecretMask.For([], []));
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();

        Assert.Contains($"process {holder.Id} (/bin/sh -c ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", text, StringComparison.Ordinal);
    }

    private static IPAddress AddressOf(string text) => IPAddress.Parse(text);

    private static HashSet<long> Receivers(IPAddress target, params (IPAddress Address, long Inode)[] listeners) => TcpSockets.Receivers(
        [.. listeners.Select(listener => new TcpSocket(new IPEndPoint(listener.Address, 1), listener.Inode))], target);
}

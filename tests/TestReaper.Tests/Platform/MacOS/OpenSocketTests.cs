using System.Buffers.Binary;
using System.Net;
using TestReaper.Platform;
using TestReaper.Platform.MacOS.Sockets;
using Xunit;

namespace TestReaper.Tests.Platform.MacOS;

public sealed class OpenSocketTests
{
    private const int Pid = 4711, Listen = 1, Established = 4, TimeWait = 10;

    [Fact(Timeout = 30_000)]
    public async Task An_IPv4_listener_accepts_connections_to_its_address()
    {
        await Task.CompletedTask;
        var socket = OpenSocket.Parse(Pid, Tcp("127.0.0.1", 8080, Listen))!;

        Assert.Equal(new OpenSocket(Pid, IPEndPoint.Parse("127.0.0.1:8080"), null, true, false, false), socket);
        Assert.True(socket.Accepts(IPEndPoint.Parse("127.0.0.1:8080")));
        Assert.False(socket.Accepts(IPEndPoint.Parse("127.0.0.1:8081")));
        Assert.False(socket.Accepts(IPEndPoint.Parse("[::1]:8080")));
        Assert.True(socket.Occupies(IPEndPoint.Parse("0.0.0.0:8080")));
        Assert.False(socket.Occupies(IPEndPoint.Parse("127.0.0.2:8080")));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_listener_on_the_IPv6_wildcard_accepts_IPv4_unless_it_is_for_IPv6_only()
    {
        await Task.CompletedTask;
        var target = IPEndPoint.Parse("127.0.0.1:8080");

        Assert.True(OpenSocket.Parse(Pid, Tcp("::", 8080, Listen))!.Accepts(target));
        Assert.False(OpenSocket.Parse(Pid, Tcp("::", 8080, Listen, flags: 0x8000))!.Accepts(target));
        Assert.True(OpenSocket.Parse(Pid, Tcp("::", 8080, Listen, flags: 0x8000))!.Accepts(IPEndPoint.Parse("[::1]:8080")));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connection_occupies_its_port_until_it_is_over()
    {
        await Task.CompletedTask;
        var endpoint = IPEndPoint.Parse("0.0.0.0:65535");
        var open = OpenSocket.Parse(Pid, Tcp("10.0.0.1", 65535, Established))!;

        Assert.False(open.Accepts(endpoint));
        Assert.True(open.Occupies(endpoint));
        Assert.False(OpenSocket.Parse(Pid, Tcp("10.0.0.1", 65535, TimeWait))!.Occupies(endpoint));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_unix_socket_has_a_path()
    {
        await Task.CompletedTask;
        var info = Socket(kind: 3, isListener: true);
        (info[280], info[281]) = (106, 1);
        "/tmp/server.sock"u8.CopyTo(info.AsSpan(282));

        var socket = OpenSocket.Parse(Pid, info)!;

        Assert.Equal(("/tmp/server.sock", true, null), (socket.UnixPath, socket.IsListener, socket.Local));
        Assert.False(socket.Occupies(IPEndPoint.Parse("0.0.0.0:0")));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public async Task Sockets_of_other_kinds_are_left_out(int kind)
    {
        await Task.CompletedTask;
        Assert.Null(OpenSocket.Parse(Pid, Socket(kind, isListener: false)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Descriptors_are_selected_by_their_type()
    {
        await Task.CompletedTask;
        Assert.Equal([4, 9], DescriptorList.Select([0, 1, 4, 2, 5, 6, 9, 2], DescriptorList.SocketType));
        Assert.Equal([5], DescriptorList.Select([0, 1, 4, 2, 5, 6, 9, 2, 7], DescriptorList.PipeType));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_ends_of_a_pipe_know_each_other()
    {
        await Task.CompletedTask;
        var info = new byte[PipeWriters.InfoSize];
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(160), 0xAAAA);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(168), 0xBBBB);

        Assert.Equal((0xAAAAUL, 0xBBBBUL), PipeWriters.Parse(info));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(new[] { 1, 2 }, 0, ListenerKind.Tree, 1)]
    [InlineData(new[] { 1, 3 }, 0, ListenerKind.Unrelated, 3)]
    [InlineData(new[] { 1 }, 5, ListenerKind.Tree, 1)]
    [InlineData(new int[0], 0, ListenerKind.None, null)]
    [InlineData(new int[0], 5, ListenerKind.Unknown, null)]
    public async Task The_holder_is_judged_by_all_sockets_at_the_address(int[] holders, int unreadable, object kind, int? pid)
    {
        await Task.CompletedTask;
        var sockets = Array.ConvertAll(holders, holder => new OpenSocket(holder, IPEndPoint.Parse("0.0.0.0:80"), null, true, false, false));

        var holder = MacSockets.Judge(sockets, [1, 2], unreadable);

        Assert.Equal((kind, pid), (holder.Kind, holder.Pid));
        Assert.Equal(holder.Kind == ListenerKind.Unknown, holder.Reason.Length > 0);
    }

    private static byte[] Tcp(string address, ushort port, int state, int flags = 0)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        var info = Socket(kind: 2, isListener: state == Listen);
        BinaryPrimitives.WriteUInt16BigEndian(info.AsSpan(268), port);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(280), flags);
        info[288] = bytes.Length == 4 ? (byte)1 : (byte)3;
        bytes.CopyTo(info, bytes.Length == 4 ? 324 : 312);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(344), state);
        return info;
    }

    private static byte[] Socket(int kind, bool isListener)
    {
        var info = new byte[OpenSocket.InfoSize];
        info[188] = isListener ? (byte)2 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(256), kind);
        return info;
    }
}

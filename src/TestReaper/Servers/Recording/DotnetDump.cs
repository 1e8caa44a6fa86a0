using System.Buffers.Binary;
using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Recording;

// Constraint: managed stacks cannot be read from outside without the runtime's own data structures. The tools that can are .NET programs
// of a matching version, which a test machine rarely has.
//
// Scheme: each .NET process listens on a unix socket (DOTNET_EnableDiagnostics) for the diagnostics protocol. One command of it,
// CreateCoreDump, makes the runtime run createdump, which is a part of the runtime and writes a minidump of its parent: all stacks and
// what they refer to, some 10 MB. The path of the socket is taken from the listeners of the process: a killed process leaves its socket
// file, and the pid may be in use again.
//
// The packets, in little endian (https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md):
//   header   14 bytes "DOTNET_IPC_V1\0", 16 bits size of the packet, 8 bits command set, 8 bits command, 16 bits reserved
//   request  command set 1, command 1: string path, 32 bits type of the dump (1: normal), 32 bits flags
//   string   32 bits number of characters with the final NUL, then the characters in UTF-16
//   answer   command set 255, command 0 for success and 255 for an error; 32 bits HRESULT
//
// Invariants: the dump has the stack of the main thread, at whose end the kernel put the environment. So createdump writes to a new
// directory that only its owner can use (DumpDirectory): it follows links, and some versions let others read the file. The secrets are
// overwritten there, and the result is copied to a new file beside the log, where other users may be able to create files. A dump that is
// late, or whose secrets could not be overwritten, is deleted with its directory, and an even later one cannot be created. In the path,
// createdump takes % as the start of a placeholder.

/// <summary>Asks a .NET process for a minidump.</summary>
internal static class DotnetDump
{
    private const string Prefix = "dotnet-diagnostic-";
    private const int HeaderSize = 20, AnswerSize = HeaderSize + 4, NormalDump = 1;
    private const byte DumpCommands = 1, CreateCoreDump = 1, ServerCommands = 0xFF, Success = 0;

    /// <summary>The sockets of those of the processes that are of .NET, by pid.</summary>
    public static IReadOnlyDictionary<int, string> FindSockets(IProcessPlatform platform, IReadOnlyList<ProcessIdentity> processes)
    {
        var found = new Dictionary<int, string>();
        foreach (var path in platform.Sockets.FindListenersOf([.. processes.Select(identity => identity.Pid)]).UnixPaths)
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(name[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                found[pid] = path;
            }
        }

        return found;
    }

    /// <returns>Why there is no dump, as a clause; null if it was written.</returns>
    public static string? TryWrite(
        IProcessPlatform platform, string socket, string path, SecretMask mask, TimeSpan limit, RecordingDeadline deadline)
    {
        try
        {
            using var directory = DumpDirectory.Create(platform);
            var raw = Path.Combine(directory.Path, "dump");
            if (Ask(socket, raw.Replace("%", "%%", StringComparison.Ordinal), deadline.Within(limit)) is var result and not 0)
            {
                return $"the runtime refused it with 0x{result:X8}";
            }

            if (!DumpMask.TryOverwrite(raw, mask, deadline))
            {
                return "its secrets could not be overwritten in time";
            }

            Copy(raw, path);
            return null;
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            return error is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
                ? "the runtime did not answer in time"
                : error.Message;
        }
    }

    /// <summary>A request for a minidump. A pure function.</summary>
    internal static byte[] CreateRequest(string path)
    {
        var text = Encoding.Unicode.GetBytes(path + '\0');
        var packet = new byte[HeaderSize + 4 + text.Length + 4 + 4];
        "DOTNET_IPC_V1"u8.CopyTo(packet);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(14), (ushort)packet.Length);
        (packet[16], packet[17]) = (DumpCommands, CreateCoreDump);
        var payload = packet.AsSpan(HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(payload, text.Length / 2);
        text.CopyTo(payload[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(payload[(4 + text.Length)..], NormalDump);
        return packet;
    }

    /// <returns>The HRESULT; 0 is success.</returns>
    private static int Ask(string socket, string path, RecordingDeadline deadline)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Limit(connection, deadline);
        connection.Connect(new UnixDomainSocketEndPoint(socket));
        var request = CreateRequest(path);
        for (var sent = 0; sent < request.Length;)
        {
            Limit(connection, deadline);
            sent += connection.Send(request.AsSpan(sent));
        }

        var answer = new byte[AnswerSize];
        for (var read = 0; read < answer.Length;)
        {
            Limit(connection, deadline);
            var count = connection.Receive(answer.AsSpan(read));
            read += count > 0 ? count : throw new IOException("the runtime closed the connection");
        }

        var result = BinaryPrimitives.ReadInt32LittleEndian(answer.AsSpan(HeaderSize));
        return answer[16] == ServerCommands && answer[17] == Success ? result : result == 0 ? -1 : result;
    }

    // The timeouts are those of one call, and 0 is none.
    private static void Limit(Socket connection, RecordingDeadline deadline) => connection.ReceiveTimeout = connection.SendTimeout =
        Durations.ToMilliseconds(deadline.Left) is > 0 and var left ? left : throw new SocketException((int)SocketError.TimedOut);

    private static void Copy(string raw, string path)
    {
        using var source = File.OpenRead(raw);
        using var target = new FileStream(path, OwnerOnlyFile.Options(FileMode.CreateNew));
        try
        {
            source.CopyTo(target);
        }
        catch (IOException)
        {
            // The disk is full: a part of a dump is of no use.
            File.Delete(path);
            throw;
        }
    }
}

using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>One line of a ledger: it describes the host, or adds a fact about one server.</summary>
internal sealed record LedgerLine
{
    private const int LongestCommand = 4096;
    private const ulong MaxTicks = 3_155_378_975_999_999_999;

    /// <summary>The scope of the server; null in the first line, which describes the host.</summary>
    public string? Scope { get; init; }

    /// <summary>The pid of the host or of a root.</summary>
    public int? Pid { get; init; }

    /// <summary>In clock ticks since boot. Pid and start time together identify a process.</summary>
    public ulong? StartTime { get; init; }

    /// <summary>Host only: the boot id of the machine.</summary>
    public string? Boot { get; init; }

    /// <summary>Host only: the PID namespace in which its pids are valid.</summary>
    public string? PidNamespace { get; init; }

    /// <summary>The cgroup of the server.</summary>
    public string? Container { get; init; }

    /// <summary>The server's command line, secrets masked.</summary>
    public string? Command { get; init; }

    /// <summary>The GPUs that the environment of the server allows.</summary>
    public string? Gpu { get; init; }

    /// <summary>The server is reaped.</summary>
    public bool? IsGone { get; init; }

    /// <summary>The process was recorded and may lack the scope id. A server can have several.</summary>
    public bool? IsRecorded { get; init; }

    /// <summary>Shared memory of the server: the path, empty for a System V segment. A server can have several.</summary>
    public string? Memory { get; init; }

    /// <summary>With <see cref="Memory"/>: the inode, or the id of the segment.</summary>
    public ulong? MemoryId { get; init; }

    /// <summary>With <see cref="Memory"/>: the creation time in UTC ticks; 0 if unknown.</summary>
    public ulong? MemoryBorn { get; init; }

    /// <summary>With <see cref="Memory"/>: the pid of the creator, according to the kernel or the name; 0 if unknown.</summary>
    public ulong? MemoryCreator { get; init; }

    public static LedgerLine ForMemory(string scope, SharedMemoryObject item) => new()
    {
        Scope = scope,
        Memory = item.Key.Name,
        MemoryId = item.Key.Id,
        MemoryBorn = (ulong)(item.Born?.UtcTicks ?? 0),
        MemoryCreator = (ulong)(item.Creator ?? 0),
    };

    /// <summary>The object in shared memory; null if the line has none.</summary>
    public SharedMemoryObject? ToMemory() =>
        (Memory, MemoryId, MemoryBorn, MemoryCreator) is ({ } name, { } id, var born and (null or <= long.MaxValue), var creator)
        ? new SharedMemoryObject(
            new SharedMemoryKey(name.Length == 0 ? SharedMemoryKind.SystemV : SharedMemoryKind.Posix, name, id),
            Size: 0,
            UserId: 0,
            born is > 0 and <= MaxTicks ? new DateTimeOffset((long)born.Value, TimeSpan.Zero) : null,
            creator is > 0 and <= int.MaxValue ? (int)creator.Value : null)
        : null;

    /// <summary>Shortens a command line to 4096 characters: it appears in messages only.</summary>
    public static string Shorten(string commandLine) =>
        commandLine.Length <= LongestCommand ? commandLine : string.Concat(commandLine.AsSpan(0, LongestCommand), "...");

    public static LedgerLine ForHost(ProcessIdentity host, HostInstance instance) => new()
    {
        Pid = host.Pid,
        StartTime = host.StartTime,
        Boot = instance.Boot,
        PidNamespace = instance.PidNamespace,
    };

    /// <summary>The line with its line feed. Written without a serializer, which would delay the first start.</summary>
    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "scope", Scope);
            Write(json, "pid", (ulong?)Pid);
            Write(json, "startTime", StartTime);
            Write(json, "boot", Boot);
            Write(json, "pidNamespace", PidNamespace);
            Write(json, "container", Container);
            Write(json, "command", Command);
            Write(json, "gpu", Gpu);
            Write(json, "memory", Memory);
            Write(json, "memoryId", MemoryId);
            Write(json, "memoryBorn", MemoryBorn);
            Write(json, "memoryCreator", MemoryCreator);
            Write(json, "isGone", IsGone);
            Write(json, "isRecorded", IsRecorded);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case ulong number:
                json.WriteNumber(name, number);
                break;
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJson : JsonSerializerContext;

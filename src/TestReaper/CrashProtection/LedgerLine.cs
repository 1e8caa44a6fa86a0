using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>One line of a ledger: the host, or something about one server.</summary>
internal sealed record LedgerLine
{
    private const int LongestCommand = 4096;
    private const ulong MaxTicks = 3_155_378_975_999_999_999;

    /// <summary>The scope of the server; null in the first line, which is about the host.</summary>
    public string? Scope { get; init; }

    /// <summary>The host's or the root's.</summary>
    public int? Pid { get; init; }

    /// <summary>In clock ticks since boot: with the pid, who it is.</summary>
    public ulong? StartTime { get; init; }

    /// <summary>Of the host: which boot of the machine.</summary>
    public string? Boot { get; init; }

    /// <summary>Of the host: in which PID namespace its numbers mean anything.</summary>
    public string? PidNamespace { get; init; }

    /// <summary>The cgroup of the server.</summary>
    public string? Container { get; init; }

    /// <summary>The server's command line, secrets masked.</summary>
    public string? Command { get; init; }

    /// <summary>The GPUs that the server may use, as its environment says.</summary>
    public string? Gpu { get; init; }

    /// <summary>The server is reaped.</summary>
    public bool? IsGone { get; init; }

    /// <summary>The process was recorded, and need not carry the scope. There may be several.</summary>
    public bool? IsRecorded { get; init; }

    /// <summary>Shared memory of the server: the path, empty for a System V segment. There may be several.</summary>
    public string? Memory { get; init; }

    /// <summary>With <see cref="Memory"/>: the inode, or the id of the segment.</summary>
    public ulong? MemoryId { get; init; }

    /// <summary>With <see cref="Memory"/>: when it was made, in ticks of UTC; 0 where that is not known.</summary>
    public ulong? MemoryBorn { get; init; }

    /// <summary>With <see cref="Memory"/>: the pid that the kernel or the name says to have made it; 0 for none.</summary>
    public ulong? MemoryCreator { get; init; }

    public static LedgerLine ForMemory(string scope, SharedMemoryObject item) => new()
    {
        Scope = scope,
        Memory = item.Key.Name,
        MemoryId = item.Key.Id,
        MemoryBorn = (ulong)(item.Born?.UtcTicks ?? 0),
        MemoryCreator = (ulong)(item.Creator ?? 0),
    };

    /// <summary>The object; null if the line is about something else.</summary>
    public SharedMemoryObject? ToMemory() =>
        (Memory, MemoryId, MemoryBorn, MemoryCreator) is ({ } name, { } id, var born and (null or <= long.MaxValue), var creator)
        ? new SharedMemoryObject(
            new SharedMemoryKey(name.Length == 0 ? SharedMemoryKind.SystemV : SharedMemoryKind.Posix, name, id),
            Size: 0,
            UserId: 0,
            born is > 0 and <= MaxTicks ? new DateTimeOffset((long)born.Value, TimeSpan.Zero) : null,
            creator is > 0 and <= int.MaxValue ? (int)creator.Value : null)
        : null;

    /// <summary>Shortens a command line: it is only read by people, and some are as long as the kernel allows.</summary>
    public static string Shorten(string commandLine) =>
        commandLine.Length <= LongestCommand ? commandLine : string.Concat(commandLine.AsSpan(0, LongestCommand), "...");

    public static LedgerLine ForHost(ProcessIdentity host, HostInstance instance) => new()
    {
        Pid = host.Pid,
        StartTime = host.StartTime,
        Boot = instance.Boot,
        PidNamespace = instance.PidNamespace,
    };

    /// <summary>With its line feed. By hand: a serializer makes the first start slower.</summary>
    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, "scope", Scope);
            if (Pid is { } pid)
            {
                json.WriteNumber("pid", pid);
                json.WriteNumber("startTime", StartTime ?? 0);
            }

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

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
        {
            json.WriteBoolean(name, known);
        }
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJson : JsonSerializerContext;

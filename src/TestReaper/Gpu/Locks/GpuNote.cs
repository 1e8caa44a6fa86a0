using System.Text.Json;
using System.Text.Json.Serialization;
using TestReaper.Platform;

namespace TestReaper.Gpu.Locks;

/// <summary>What a process writes into a file that it has locked. Only messages use it, since a killed process leaves it behind.</summary>
internal sealed record GpuNote
{
    private const int LongestLabel = 200;
    private const long LongestFile = 1 << 16;

    public int Pid { get; init; }

    /// <summary>In clock ticks since boot. Pid and start time together identify a process.</summary>
    public ulong StartTime { get; init; }

    /// <summary>The test class, or the masked command line of the server.</summary>
    public string Label { get; init; } = "";

    public DateTimeOffset Since { get; init; }

    /// <summary>The device of a lock; the devices that would suit a waiting start.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>A note of this process.</summary>
    public static GpuNote Create(IProcessPlatform platform, string label, IReadOnlyList<string> devices)
    {
        var isRead = platform.Processes.TryRead(Environment.ProcessId, out var self) == ReadOutcome.Read;
        return new GpuNote
        {
            Pid = Environment.ProcessId,
            StartTime = isRead ? self.Identity.StartTime : 0,
            Label = ToLine(label),
            Since = TimeProvider.System.GetUtcNow(),
            Devices = devices,
        };
    }

    /// <summary>A class or a command line as one line of bounded length, for tables and messages.</summary>
    public static string ToLine(string label)
    {
        var line = string.Concat(label.Select(static letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length > LongestLabel ? line[..LongestLabel] + "..." : line;
    }

    /// <summary>Null if the file has no note.</summary>
    public static GpuNote? TryRead(IProcessPlatform platform, string path)
    {
        try
        {
            using var file = platform.Files.OpenUnlocked(path);
            return file.Length is > 0 and < LongestFile ? JsonSerializer.Deserialize(file, GpuNoteJson.Default.GpuNote) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the content of a locked file.</summary>
    /// <param name="fileLock">The lock.</param>
    /// <param name="note">Null for an empty file.</param>
    public static void Write(IFileLock fileLock, GpuNote? note)
    {
        using var content = fileLock.OpenContent();
        content.SetLength(0);
        content.Seek(0, SeekOrigin.Begin);
        if (note is not null)
        {
            content.Write(JsonSerializer.SerializeToUtf8Bytes(note, GpuNoteJson.Default.GpuNote));
        }
    }

    /// <summary>Whether the process that wrote it is alive.</summary>
    public bool IsOfLivingProcess(IProcessPlatform platform) =>
        platform.Processes.IsAlive(new ProcessIdentity(Pid, StartTime));
}

[JsonSerializable(typeof(GpuNote))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class GpuNoteJson : JsonSerializerContext;

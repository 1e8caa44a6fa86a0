using System.Text.Json;
using System.Text.Json.Serialization;
using TestReaper.Gpu.Locks;
using TestReaper.Platform;

namespace TestReaper.Gpu.Quarantine;

/// <summary>A set of devices whose memory did not come back after a server. Each set has a file.</summary>
internal sealed record GpuQuarantineEntry
{
    private const long LongestFile = 1 << 20;

    /// <summary>The boot id: after a reboot the entry means nothing.</summary>
    public string Boot { get; init; } = "";

    /// <summary>The test class that leaked, or the masked command line of the server.</summary>
    public string Culprit { get; init; } = "";

    public DateTimeOffset Since { get; init; }

    public IReadOnlyList<GpuFailedRelease> Devices { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<string> Uuids => Devices.Select(device => device.Uuid);

    /// <summary>One name for one set, in whatever order its devices are listed.</summary>
    public string FileName =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Join('\n', Uuids.Order(StringComparer.Ordinal)))))[..32] + ".json";

    /// <summary>The valid entries of this boot. Files that cannot be read, or that another user can write, are ignored.</summary>
    public static IReadOnlyList<GpuQuarantineEntry> ReadAll(IProcessPlatform platform, GpuDirectory directory) =>
    [
        .. (TextFile.TryList(directory.Quarantine) ?? [])
            .Where(path => path.EndsWith(".json", StringComparison.Ordinal))
            .Select(path => TryRead(platform, path))
            .OfType<GpuQuarantineEntry>(),
    ];

    /// <summary>Null if the file does not hold an entry of this boot.</summary>
    public static GpuQuarantineEntry? TryRead(IProcessPlatform platform, string path)
    {
        try
        {
            if (!platform.Files.IsPrivateFile(path) || new FileInfo(path).Length > LongestFile)
            {
                return null;
            }

            using var file = platform.Files.OpenUnlocked(path);
            return JsonSerializer.Deserialize(file, GpuQuarantineJson.Default.GpuQuarantineEntry) is { Devices.Count: > 0 } entry
                && entry.Boot == platform.Processes.Instance.Boot
                && entry.Devices.All(device => device is { Uuid: not null, Device: not null, Reason: not null }) ? entry : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(GpuDirectory directory)
    {
        var draft = Path.Combine(directory.Quarantine, $"{Environment.ProcessId}-{Guid.NewGuid():n}.draft");
        using (var file = new FileStream(draft, OwnerOnlyFile.Options(FileMode.CreateNew)))
        {
            JsonSerializer.Serialize(file, this, GpuQuarantineJson.Default.GpuQuarantineEntry);
        }

        File.Move(draft, Path.Combine(directory.Quarantine, FileName), overwrite: true);
    }
}

[JsonSerializable(typeof(GpuQuarantineEntry))]
internal sealed partial class GpuQuarantineJson : JsonSerializerContext;

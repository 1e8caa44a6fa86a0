using System.Text.Json;

namespace TestReaper.Gpu.Helper;

/// <summary>
/// The lines between a host and its helper process: a request, then an answer as one line of JSON. The helper runs the assembly that is on
/// the disk when it starts, which a rebuild may have replaced, so both lines carry a version.
/// </summary>
internal static class GpuProtocol
{
    private const int Version = 1;

    public const string Request = "read 1";

    public static string Write(GpuReading reading)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            WriteList(json, "devices", reading.Devices, WriteDevice);
            WriteList(json, "holders", reading.Holders, WriteHolder);
            WriteList(json, "faults", reading.Faults, WriteFault);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <exception cref="FormatException">The line is not an answer of this version.</exception>
    public static GpuReading Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.GetProperty("version").GetInt32() == Version
                ? new(ReadList(root, "devices", ReadDevice), ReadList(root, "holders", ReadHolder), ReadList(root, "faults", ReadFault))
                : throw new FormatException("it speaks another version of the protocol.");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A library that prints to standard output can cause this, too.
            throw new FormatException("its answer is not JSON of the protocol.", error);
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IReadOnlyList<T> ReadList<T>(JsonElement root, string name, Func<JsonElement, T> read) =>
        [.. root.GetProperty(name).EnumerateArray().Select(read)];

    private static void WriteDevice(Utf8JsonWriter json, GpuDevice device)
    {
        json.WriteString("uuid", device.Uuid);
        json.WriteNumber("vendor", (int)device.Vendor);
        json.WriteNumber("index", device.Index);
        json.WriteString("pci", device.PciAddress);
        json.WriteString("name", device.Name);
        json.WriteString("capability", device.ComputeCapability?.ToString());
        WriteNumber(json, "total", device.TotalMemory);
        WriteNumber(json, "free", device.FreeMemory);
        WriteNumber(json, "used", device.UsedMemory);
        json.WriteNumber("source", (int)device.MemorySource);
        json.WriteNumber("kind", (int)device.Kind);
        json.WriteString("parent", device.ParentUuid);
    }

    private static GpuDevice ReadDevice(JsonElement device) => new()
    {
        Uuid = device.GetProperty("uuid").GetString()!,
        Vendor = (GpuVendor)device.GetProperty("vendor").GetInt32(),
        Index = device.GetProperty("index").GetInt32(),
        PciAddress = device.GetProperty("pci").GetString(),
        Name = device.GetProperty("name").GetString(),
        ComputeCapability = device.GetProperty("capability").GetString() is { } version ? System.Version.Parse(version) : null,
        TotalMemory = ReadNumber(device, "total"),
        FreeMemory = ReadNumber(device, "free"),
        UsedMemory = ReadNumber(device, "used"),
        MemorySource = (GpuMemorySource)device.GetProperty("source").GetInt32(),
        Kind = (GpuKind)device.GetProperty("kind").GetInt32(),
        ParentUuid = device.GetProperty("parent").GetString(),
    };

    private static void WriteHolder(Utf8JsonWriter json, GpuHolder holder)
    {
        json.WriteString("device", holder.DeviceUuid);
        json.WriteNumber("pid", holder.Pid);
        WriteNumber(json, "bytes", holder.Bytes);
        json.WriteBoolean("visible", holder.IsVisible);
    }

    private static GpuHolder ReadHolder(JsonElement holder) => new(
        holder.GetProperty("device").GetString()!,
        holder.GetProperty("pid").GetInt32(),
        ReadNumber(holder, "bytes"),
        holder.GetProperty("visible").GetBoolean());

    private static void WriteFault(Utf8JsonWriter json, GpuFault fault)
    {
        json.WriteString("device", fault.DeviceUuid);
        json.WriteNumber("kind", (int)fault.Kind);
        json.WriteString("text", fault.Text);
    }

    private static GpuFault ReadFault(JsonElement fault) => new(
        fault.GetProperty("device").GetString(),
        (GpuFaultKind)fault.GetProperty("kind").GetInt32(),
        fault.GetProperty("text").GetString()!);

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static long? ReadNumber(JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetInt64() : null;
}

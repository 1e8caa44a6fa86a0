using System.Globalization;
using System.Text.Json;

namespace TestReaper.TestProcess;

/// <summary>The state of this process at its start, before it changes anything: ids, arguments, environment, descriptors.</summary>
internal sealed class StartSnapshot
{
    private readonly ProcessStat _stat = ProcessStat.ReadOwn();
    private readonly string _workingDirectory = Environment.CurrentDirectory;
    private readonly string[] _arguments = SplitAtNul("/proc/self/cmdline");
    private readonly string[] _environment = SplitAtNul("/proc/self/environ");
    private readonly string[] _status = File.ReadAllLines("/proc/self/status");
    private readonly List<int> _descriptors = [.. OpenDescriptors().Order()];
    private readonly List<int> _inherited = [.. OpenDescriptors().Where(IsInherited).Order()];

    public static StartSnapshot Take() => new();

    public void WriteTo(string path)
    {
        var unfinished = $"{path}.{Environment.ProcessId}";
        using (var file = File.Create(unfinished))
        using (var json = new Utf8JsonWriter(file, new() { Indented = true }))
        {
            Write(json);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("pid", Environment.ProcessId);
        json.WriteNumber("ppid", _stat.Parent);
        json.WriteNumber("pgid", _stat.Group);
        json.WriteNumber("sid", _stat.Session);
        json.WriteString("cwd", _workingDirectory);
        json.WriteString("sigBlk", StatusLine("SigBlk"));
        json.WriteString("sigIgn", StatusLine("SigIgn"));
        WriteArray(json, "cmdline", _arguments, json.WriteStringValue);
        WriteArray(json, "environ", _environment, json.WriteStringValue);
        WriteArray(json, "fds", _descriptors, json.WriteNumberValue);
        WriteArray(json, "inheritedFds", _inherited, json.WriteNumberValue);
        json.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        json.WriteEndArray();
    }

    private string StatusLine(string name) =>
        _status.First(line => line.StartsWith($"{name}:", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static string[] SplitAtNul(string path)
    {
        var text = File.ReadAllText(path);
        return text.Length == 0 ? [] : text[..^1].Split('\0');
    }

    private static IEnumerable<int> OpenDescriptors() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    // The runtime sets close-on-exec on every descriptor that it opens, so a descriptor without it is inherited.
    private static bool IsInherited(int descriptor)
    {
        const int CloseOnExec = 0x80000;
        try
        {
            var lines = File.ReadLines($"/proc/self/fdinfo/{descriptor}");
            var flags = lines.First(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..];
            return (Convert.ToInt32(flags.Trim(), 8) & CloseOnExec) == 0;
        }
        catch (IOException)
        {
            // This is the descriptor of the directory listing, which is closed by now.
            return false;
        }
    }
}

using System.Buffers;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The shared memory of one scope, as lines for the watchdog.</summary>
internal sealed class ProtectedMemory(string scope)
{
    // A server that creates many short-lived objects must not fill the ledger.
    private const int Most = 1000;
    private const string Directory = "/dev/shm/";
    private static readonly SearchValues<char> PlainLetters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-");

    private readonly List<string> _lines = [];
    private int _count;

    public IReadOnlyList<string> Lines => _lines;

    /// <returns>The line for the watchdog, null if only the sweep can remove the object, and whether to add it to the ledger.</returns>
    public (string? Line, bool IsNew) Add(SharedMemoryObject item)
    {
        if (_count == Most)
        {
            return (null, false);
        }

        _count++;
        var line = ToLine(item);
        if (line is not null)
        {
            _lines.Add(line);
        }

        return (line, true);
    }

    // A shell splits words at spaces and expands patterns. Only the sweep handles names with such characters.
    private string? ToLine(SharedMemoryObject item) => item switch
    {
        { Key.Kind: SharedMemoryKind.SystemV, Creator: { } creator } =>
            string.Create(CultureInfo.InvariantCulture, $"ipc {scope} {item.Key.Id} {creator}"),
        { Key.Kind: SharedMemoryKind.Posix }
            when item.Key.Name.StartsWith(Directory, StringComparison.Ordinal) && IsPlain(item.Key.Name.AsSpan(Directory.Length)) =>
            string.Create(CultureInfo.InvariantCulture, $"shm {scope} {item.Key.Id} {item.Key.Name.AsSpan(Directory.Length)}"),
        _ => null,
    };

    private static bool IsPlain(ReadOnlySpan<char> name) =>
        name.Length > 0 && name is not ("." or "..") && !name.ContainsAnyExcept(PlainLetters);
}

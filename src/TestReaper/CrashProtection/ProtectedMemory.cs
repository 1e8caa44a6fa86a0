using System.Globalization;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The shared memory of one server, as the watchdog gets it.</summary>
internal sealed class ProtectedMemory(string scope)
{
    // A server that makes many short-lived objects must not fill the ledger.
    private const int Most = 1000;
    private const string Directory = "/dev/shm/";
    private readonly List<string> _lines = [];
    private int _count;

    public IReadOnlyList<string> Lines => _lines;

    /// <returns>The line for the watchdog, null if the sweep alone can deal with it, and whether it is to be written down.</returns>
    public (string? Line, bool IsNew) Add(SharedMemoryObject item)
    {
        if (_count == Most)
        {
            return (null, false);
        }

        _count++;
        var line = Line(item);
        if (line is not null)
        {
            _lines.Add(line);
        }

        return (line, true);
    }

    // A shell splits at spaces and expands patterns; names with such letters are left to the sweep.
    private string? Line(SharedMemoryObject item) => item switch
    {
        { Key.Kind: SharedMemoryKind.SystemV, Creator: { } creator } =>
            string.Create(CultureInfo.InvariantCulture, $"ipc {scope} {item.Key.Id} {creator}"),
        { Key.Kind: SharedMemoryKind.Posix }
            when item.Key.Name.StartsWith(Directory, StringComparison.Ordinal) && IsPlain(item.Key.Name.AsSpan(Directory.Length)) =>
            string.Create(CultureInfo.InvariantCulture, $"shm {scope} {item.Key.Id} {item.Key.Name.AsSpan(Directory.Length)}"),
        _ => null,
    };

    private static bool IsPlain(ReadOnlySpan<char> name)
    {
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return name.Length > 0 && name is not ("." or "..");
    }
}

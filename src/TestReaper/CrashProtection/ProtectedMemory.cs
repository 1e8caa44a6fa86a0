using System.Buffers;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The shared memory of a scope, as lines for the watchdog.</summary>
internal static class ProtectedMemory
{
    private const string Directory = "/dev/shm/";
    private static readonly SearchValues<char> PlainLetters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-");

    /// <summary>The line for one object; null if only the sweep can remove it.</summary>
    public static string? ToLine(string scope, SharedMemoryObject item) => item switch
    {
        { Key.Kind: SharedMemoryKind.SystemV, Creator: { } creator } =>
            string.Create(CultureInfo.InvariantCulture, $"ipc {scope} {item.Key.Id} {creator}"),
        { Key.Kind: SharedMemoryKind.Posix }
            when item.Key.Name.StartsWith(Directory, StringComparison.Ordinal) && IsPlain(item.Key.Name.AsSpan(Directory.Length)) =>
            string.Create(CultureInfo.InvariantCulture, $"shm {scope} {item.Key.Id} {item.Key.Name.AsSpan(Directory.Length)}"),
        _ => null,
    };

    // A shell splits words at spaces and expands patterns. Only the sweep handles names with such characters.
    private static bool IsPlain(ReadOnlySpan<char> name) =>
        name.Length > 0 && name is not ("." or "..") && !name.ContainsAnyExcept(PlainLetters);
}

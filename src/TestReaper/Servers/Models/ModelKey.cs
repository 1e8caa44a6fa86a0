using System.Security.Cryptography;

namespace TestReaper.Servers.Models;

/// <summary>One model in one directory: what a lock and a marker are for.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Directory">Where its files are.</param>
/// <param name="Part">What of it is fetched, where one directory holds several parts; empty for all.</param>
internal sealed record ModelKey(string Name, string Directory, string Part = "")
{
    public string Directory { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory));

    /// <summary>The name of the lock. All parts of a directory share it: a tool may not expect another one there.</summary>
    public string LockName => Hash(Directory)[..24];

    /// <summary>The name of the marker.</summary>
    public string MarkerName => $"{ModelMarker.Prefix}{Hash($"{Name}\n{Part}")[..16]}";

    /// <summary>Uses a file or a directory of the model.</summary>
    /// <exception cref="ModelFetchException">This user may not; the message has advice.</exception>
    public void Use(Action access)
    {
        try
        {
            access();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ModelFetchException(
                $"{Name} was not fetched: {error.Message.TrimEnd('.')}. This user needs the right to write there. Correct the owner or " +
                "the mode, or use another directory.",
                Name,
                error);
        }
    }

    public static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}

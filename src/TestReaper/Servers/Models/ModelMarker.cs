using TestReaper.Platform;

namespace TestReaper.Servers.Models;

/// <summary>
/// Says that a model is complete: a file in its directory with the size and the name of each file. It goes with the directory, and it does
/// not vouch for files that were removed or cut later.
/// </summary>
internal sealed class ModelMarker(ModelKey key)
{
    public const string Prefix = ".testreaper-complete-";
    private const string FirstLine = "testreaper model 1";

    // What tools keep beside the files of a model. It comes and goes.
    private static readonly string[] Temporary = [".lock", ".incomplete", ".tmp"];

    private string FilePath => Path.Combine(key.Directory, key.MarkerName);

    /// <summary>Whether the model was complete, and all its files still have their sizes.</summary>
    public bool IsComplete()
    {
        try
        {
            return File.ReadAllLines(FilePath) is [FirstLine, _, ..] lines && lines.Skip(1).All(IsPresent);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Remove() => key.Use(() => File.Delete(FilePath));

    /// <summary>What is in the directory now, to compare with after a fetch.</summary>
    public IReadOnlySet<string> List() => OfModel().Select(Fingerprint).ToHashSet();

    /// <summary>
    /// Whether the directory has files of this model: new or changed ones, or files that the marker of no other model names. A fetch may
    /// find in place what an earlier attempt has left.
    /// </summary>
    /// <param name="before">The list before the fetch.</param>
    public bool HasFiles(IReadOnlySet<string> before)
    {
        var others = Directory.EnumerateFiles(key.Directory, $"{Prefix}*")
            .Where(path => path != FilePath).SelectMany(ReadLines).ToHashSet();
        return OfModel().Any(file => !before.Contains(Fingerprint(file)) || !others.Contains(Describe(file)));
    }

    /// <summary>Writes the marker, at once and whole.</summary>
    public void Write() => key.Use(() =>
    {
        // A new file: an existing one could be a link to another file.
        var unfinished = $"{FilePath}.{Guid.NewGuid():N}.tmp";
        using (var writer = new StreamWriter(new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write)))
        {
            foreach (var line in (string[])[FirstLine, .. OfModel().Select(Describe).Order(StringComparer.Ordinal)])
            {
                writer.WriteLine(line);
            }
        }

        File.Move(unfinished, FilePath, overwrite: true);
    });

    private static IEnumerable<string> ReadLines(string path) => Accessible.OrDefault(() => File.ReadAllLines(path)) ?? [];

    private IEnumerable<FileInfo> OfModel() => ModelDirectories.Files(key.Directory).Where(IsOfModel);

    private static bool IsOfModel(FileInfo file) =>
        !file.Name.StartsWith(Prefix, StringComparison.Ordinal) && !Temporary.Contains(file.Extension) && !file.Name.Contains('\n');

    private string Fingerprint(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks} {Describe(file)}");

    private string Describe(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length} {Path.GetRelativePath(key.Directory, file.FullName)}");

    private bool IsPresent(string line)
    {
        var end = line.IndexOf(' ');
        return end > 0
            && long.TryParse(line.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && new FileInfo(Path.Combine(key.Directory, line[(end + 1)..])) is { Exists: true } file
            && file.Length == length;
    }
}

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

    public void Remove() => File.Delete(FilePath);

    /// <summary>Writes the marker, at once and whole.</summary>
    /// <returns>The number of files; 0 if there is none, and then no marker.</returns>
    public int Write()
    {
        string[] files = [.. ModelDirectories.Files(key.Directory).Where(IsOfModel).Select(Describe).Order(StringComparer.Ordinal)];
        if (files.Length > 0)
        {
            // A new file: an existing one could be a link to another file.
            var unfinished = $"{FilePath}.{Guid.NewGuid():N}.tmp";
            using (var writer = new StreamWriter(new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write)))
            {
                foreach (var line in (string[])[FirstLine, .. files])
                {
                    writer.WriteLine(line);
                }
            }

            File.Move(unfinished, FilePath, overwrite: true);
        }

        return files.Length;
    }

    private static bool IsOfModel(FileInfo file) =>
        !file.Name.StartsWith(Prefix, StringComparison.Ordinal) && !Temporary.Contains(file.Extension) && !file.Name.Contains('\n');

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

using TestReaper.Platform;

namespace TestReaper.Servers.Models;

// Constraint: the tool exits with code 0 although files are missing. If it cannot reach the hub, it returns the snapshot that an
// interrupted download has left, and cannot know what is missing there (huggingface_hub, _snapshot_download.py). If a pattern matches no
// file, it stores only the name of the commit.
//
// Scheme: after the tool, compare what is stored with the hub's own list of the files of that commit.
//
// Invariants:
// - A model is recorded as complete only if the hub has listed its files, and each is there. The tool moves a file to its name when the
//   file is whole, so its existence is enough.
// - A hub that cannot be reached fails no step whose files may be complete: machines without a network have caches that were filled
//   elsewhere. Such a model is used, and not recorded; the next step checks again.

/// <summary>Whether a download by the tool of the Hugging Face hub is complete.</summary>
internal sealed class HubCheck(HuggingFaceModel model, string directory, ToolEnvironment environment)
{
    private const int MostNamed = 5;

    // The tool's own files beside those of a model, in HuggingFaceModel.LocalDirectory.
    private const string OfTool = ".cache/";
    private static readonly EnumerationOptions WithLinks = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = default,
    };

    private readonly HubNames _names = new(model.Files);

    private string Revision => model.Revision ?? "main";

    /// <returns>Null if it is complete; else why that is not known.</returns>
    /// <exception cref="ModelFetchException">It is not complete.</exception>
    public async Task<string?> FindDoubtAsync(CancellationToken cancellationToken)
    {
        var (files, revision) = model.LocalDirectory is null ? FindSnapshot() : (directory, Revision);
        string[] stored = files is null ? [] : [.. NamesIn(files)];
        if (_names.FindMissing(stored) is { } missing)
        {
            throw Failed(
                $"the tool has ended without an error, and stored no file{(missing.Length > 0 ? $" {missing}" : "")} " +
                $"of revision {Revision} in {directory}. " +
                "Compare HuggingFaceModel.Files with the names on the hub, and check that the hub can be reached.");
        }

        var listing = await HubListing.ReadAsync(model.Repository, revision, environment, cancellationToken).ConfigureAwait(false);
        if (listing.Names is { } names)
        {
            RequireAll(_names.Filter(names), stored, files!);
            return null;
        }

        if (ModelDirectories.Files(directory).FirstOrDefault(file => file.Extension == ".incomplete") is { } incomplete)
        {
            throw Failed(
                $"{listing.Reason}, and {incomplete.FullName} was not downloaded to its end. Repeat the step when the hub can be " +
                "reached, or delete that file if it belongs to another download.");
        }

        return listing.Reason;
    }

    private void RequireAll(string[] expected, string[] stored, string files)
    {
        string[] missing = [.. expected.Except(stored).Order(StringComparer.Ordinal)];
        if (missing.Length > 0)
        {
            var more = missing.Length > MostNamed ? $" and {missing.Length - MostNamed} more" : "";
            throw Failed(
                $"the tool has ended without an error, and {string.Join(", ", missing.Take(MostNamed))}{more} of revision {Revision} " +
                $"are missing in {files}. The hub may have been unreachable for the tool: repeat the step.");
        }
    }

    // A file of a snapshot is a link. One whose target is missing does not count.
    private static IEnumerable<string> NamesIn(string files) => new DirectoryInfo(files).EnumerateFiles("*", WithLinks)
        .Where(file => File.Exists(file.FullName))
        .Select(file => Path.GetRelativePath(files, file.FullName))
        .Where(name =>
            !name.StartsWith(OfTool, StringComparison.Ordinal) && !name.StartsWith(ModelMarker.Prefix, StringComparison.Ordinal));

    // refs/REVISION has the commit of a branch, a tag or a short commit.
    private (string? Files, string Commit) FindSnapshot()
    {
        var commit = Accessible.OrDefault(() => File.ReadAllText(Path.Combine(directory, "refs", Revision)).Trim()) ?? Revision;
        var files = Path.Combine(directory, "snapshots", commit);
        return (Directory.Exists(files) ? files : null, commit);
    }

    private ModelFetchException Failed(string reason) => new($"{model.Repository} was not fetched: {reason}", model.Repository);
}

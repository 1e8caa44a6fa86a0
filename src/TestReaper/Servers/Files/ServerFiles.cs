using TestReaper.Platform;

namespace TestReaper.Servers.Files;

/// <summary>Writes the files of the options into the server's own directory, so that only this user can read them.</summary>
/// <remarks>
/// Constraint: many servers take their port, their directories and their secrets from a configuration file only. The port is not known
/// before the start, and two runs of a test may not share the file.
/// <para>
/// Scheme: each start has a directory of its own (<see cref="OwnDirectory"/>), below the state directory of the user. The contents are
/// filled in like arguments (<see cref="Placeholders"/>). Text that merely looks similar stays: braces of JSON and nginx, and variables
/// such as <c>${port}</c> and <c>{{port}}</c>, in which another character precedes the brace.
/// </para>
/// <para>
/// Invariants. (1) Files have the mode 0600 and directories 0700 from their creation on, since contents may have secrets. (2) A name never
/// leaves the directory (<see cref="FileNames"/>). (3) The directory is removed after a clean reap and kept after a failure. When the host
/// is dead, the watchdog or the next sweep removes it. (4) The secrets of the contents belong to the mask of the tree: servers print the
/// configuration that they refuse.
/// </para>
/// </remarks>
internal sealed class ServerFiles
{
    private readonly IReadOnlyDictionary<string, string> _templates;

    private ServerFiles(IReadOnlyDictionary<string, string> templates, OwnDirectory directory) =>
        (_templates, Directory) = (templates, directory);

    public OwnDirectory Directory { get; }

    /// <summary>Names the directory; nothing is created. Null if the options have no files.</summary>
    public static ServerFiles? For(ServerProcessOptions options, string scope, IProcessPlatform platform) => options.Files.Count == 0
        ? null
        : new ServerFiles(
            options.Files,
            new OwnDirectory(OwnDirectoryKind.Files, platform, OwnDirectoryKind.Files.PathOf(platform, scope)));

    /// <summary>The contents, filled in, by the normalized name of the file.</summary>
    public IReadOnlyDictionary<string, string> Fill(Placeholders placeholders) => _templates.ToDictionary(
        file => FileNames.Normalize(file.Key), file => placeholders.ExpandContent(file.Value), StringComparer.Ordinal);

    /// <exception cref="LaunchException">The directory cannot be created, or a file cannot be written.</exception>
    public void Create(IReadOnlyDictionary<string, string> contents)
    {
        Directory.Create();
        foreach (var (name, content) in contents)
        {
            try
            {
                Write(name, content);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new LaunchException(
                    $"its file '{name}' cannot be written in '{Directory.Path}' ({error.Message}). Make room there, or correct Files.");
            }
        }
    }

    private void Write(string name, string content)
    {
        // One by one: the runtime gives the mode to the last directory only.
        foreach (var parent in FileNames.Parents(name).Reverse())
        {
            OwnerOnlyFile.CreateDirectory(Path.Combine(Directory.Path, parent));
        }

        using var writer = new StreamWriter(
            Path.Combine(Directory.Path, name),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            OwnerOnlyFile.Options(FileMode.CreateNew));
        writer.Write(content);
    }
}

using TestReaper.Platform;

namespace TestReaper.Servers;

/// <summary>A kind of directory of which each server may have one.</summary>
/// <param name="Folder">The parent of all of them, in the state directory. Short: the path of a unix socket has 107 bytes at most.</param>
/// <param name="Resource">What a report counts it as.</param>
/// <param name="Title">What a report calls it.</param>
/// <param name="Purpose">What a message calls it.</param>
/// <param name="Remedy">What helps if it cannot be created.</param>
internal sealed record OwnDirectoryKind(string Folder, ReleaseResource Resource, string Title, string Purpose, string Remedy)
{
    public static readonly OwnDirectoryKind Temp =
        new("tmp", ReleaseResource.TempFiles, "temp files", "temporary directory", "Make room there, or set PrivateTemp to false.");

    public static readonly OwnDirectoryKind Files =
        new("files", ReleaseResource.Files, "files", "directory for Files", "Make room there.");

    public static readonly IReadOnlyList<OwnDirectoryKind> All = [Temp, Files];

    private const int NameLength = 12;

    /// <summary>Whether a directory of this name is one of them.</summary>
    public static bool IsName(string name) => name.Length == NameLength && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a directory of this name belongs to the server that was started in this scope.</summary>
    public static bool IsOf(string name, string scope) => scope.StartsWith(name, StringComparison.Ordinal) && name.Length == NameLength;

    /// <summary>The parent of all these directories, in the state directory.</summary>
    public string Parent(string state) => Path.Combine(state, Folder);

    /// <summary>The directory of the server that was started in this scope, whether or not there is one.</summary>
    public string PathOf(IProcessPlatform platform, string scope) =>
        Path.Combine(Parent(StateDirectory.Get(platform)), scope[..Math.Min(NameLength, scope.Length)]);
}

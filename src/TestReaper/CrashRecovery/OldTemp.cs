using TestReaper.Platform;
using TestReaper.Servers;

namespace TestReaper.CrashRecovery;

/// <summary>
/// Removes directories of servers, for temporary files and for <see cref="ServerProcessOptions.Files"/>, that were kept after a failure or
/// left by a dead host: a day after their last change, if neither a ledger nor a readable process has their scope.
/// </summary>
internal sealed class OldTemp(IProcessPlatform platform, string ledgers)
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(1), Timeout = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">A directory or a ledger cannot be read. Then nothing is removed.</exception>
    public void Clean()
    {
        if (Path.GetDirectoryName(ledgers) is not { } state)
        {
            return;
        }

        var before = DateTime.UtcNow - Age;
        (OwnDirectoryKind Kind, string Path)[] old = [.. OwnDirectoryKind.All.SelectMany(kind => Find(kind, state, before))];
        if (old.Length == 0)
        {
            return;
        }

        // Includes ledgers of other PID namespaces, whose processes may not be visible here.
        var scopes = Directory.EnumerateFiles(ledgers, "*.ledger")
            .Where(platform.Files.IsPrivateFile)
            .SelectMany(path => LedgerSweep.Read(path, platform)?.Servers.Select(server => server.Scope) ?? [])
            .Concat(LivingScopes())
            .ToHashSet();
        foreach (var (kind, path) in old.Where(one => !scopes.Any(scope => OwnDirectoryKind.IsOf(Path.GetFileName(one.Path), scope))))
        {
            OwnDirectory.Remove(kind, platform, path, Timeout);
        }
    }

    private IEnumerable<(OwnDirectoryKind Kind, string Path)> Find(OwnDirectoryKind kind, string state, DateTime before)
    {
        var parent = kind.Parent(state);
        return !Directory.Exists(parent) || !platform.Files.IsPrivateDirectory(parent)
            ? []
            : Directory.EnumerateDirectories(parent)
                .Where(path => OwnDirectoryKind.IsName(Path.GetFileName(path)) && Directory.GetLastWriteTimeUtc(path) < before)
                .Select(path => (kind, path));
    }

    private IEnumerable<string> LivingScopes() => ProcessSnapshot.Of(platform).Entries
        .Where(entry => !entry.IsGone)
        .SelectMany(entry => (platform.Marks.ReadInheritedScopes(entry.Pid) ?? []).Concat(platform.Containers.ScopesOf(entry.Pid)));
}

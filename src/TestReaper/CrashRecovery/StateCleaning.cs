using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Servers.Recording;

namespace TestReaper.CrashRecovery;

/// <summary>
/// Deletes files that killed hosts leave in the state directory, and empty cgroups. A file that a living process has locked stays, and
/// the kernel refuses to remove a cgroup with a process in it.
/// </summary>
internal sealed class StateCleaning(IProcessPlatform platform, string ledgers)
{
    // During a launch a gate, or a cgroup without a process, exists for milliseconds.
    private static readonly TimeSpan LaunchTime = TimeSpan.FromSeconds(10);

    /// <param name="isThorough">Whether to search the cgroups of the whole machine and the temporary files, too.</param>
    public void Run(bool isThorough)
    {
        try
        {
            CleanFiles();
            if (isThorough)
            {
                new OldTemp(platform, ledgers).Clean();
                CleanContainers();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next sweep tries again.
        }
    }

    private void CleanFiles()
    {
        if (Path.GetDirectoryName(ledgers) is not { } state
            || !Directory.Exists(ledgers) || !platform.Files.IsPrivateDirectory(ledgers) || !platform.Files.IsPrivateDirectory(state))
        {
            return;
        }

        var ports = Path.Combine(state, "ports");
        foreach (var file in Directory.EnumerateFiles(ledgers, "*.ledger" + Ledger.Unfinished)
            .Concat(Directory.Exists(ports) ? Directory.EnumerateFiles(ports, "*.lock") : []))
        {
            DeleteUnlocked(file);
        }

        var old = DateTime.UtcNow - LaunchTime;
        foreach (var gate in Directory.EnumerateFiles(state, "*.gate").Where(path => File.GetLastWriteTimeUtc(path) < old))
        {
            File.Delete(gate);
        }

        DumpDirectory.RemoveOld(platform, state);
    }

    // Deleted under its lock: a process that has opened it meanwhile sees that the path names another file.
    private void DeleteUnlocked(string path)
    {
        using var hold = platform.Files.TryLock(path);
        if (hold is not null)
        {
            File.Delete(path);
        }
    }

    private void CleanContainers()
    {
        var found = platform.Containers.FindEmpty(LaunchTime);
        if (found.Count == 0)
        {
            return;
        }

        // A scope is in the ledger before its cgroup is created.
        var living = new Sweep(platform, NullLogger.Instance, ledgers).Read()
            .Where(host => !host.IsHostDead)
            .SelectMany(host => host.Ledger.Servers.Select(server => server.Scope))
            .ToHashSet();
        foreach (var (scope, container) in found.Where(one => ScopeId.IsScope(one.Scope) && !living.Contains(one.Scope)))
        {
            container.TryRemove();
        }
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashProtection;
using TestReaper.Platform;

namespace TestReaper.CrashRecovery;

/// <summary>
/// Takes away what killed hosts leave in the state directory, and empty containers: nothing that a living process has locked, and no
/// container with a process in it, which the kernel does not remove.
/// </summary>
/// <param name="platform">The operating system.</param>
/// <param name="ledgers">The directory of the ledgers, in the state directory.</param>
internal sealed class StateCleaning(IProcessPlatform platform, string ledgers)
{
    // A launch is between two steps for milliseconds: it has a gate, or a container without the child.
    private static readonly TimeSpan Launch = TimeSpan.FromSeconds(10);

    /// <param name="isThorough">Whether to take the time for the containers of the whole machine.</param>
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

        foreach (var unfinished in Directory.EnumerateFiles(ledgers, "*.ledger" + Ledger.Unfinished))
        {
            DeleteUnlocked(unfinished);
        }

        if (Path.Combine(state, "ports") is var ports && Directory.Exists(ports))
        {
            foreach (var port in Directory.EnumerateFiles(ports, "*.lock"))
            {
                DeleteUnlocked(port);
            }
        }

        var old = DateTime.UtcNow - Launch;
        foreach (var gate in Directory.EnumerateFiles(state, "*.gate").Where(path => File.GetLastWriteTimeUtc(path) < old))
        {
            File.Delete(gate);
        }
    }

    // Deleted under its lock: a process that has opened it meanwhile finds that it has no name any more.
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
        var found = platform.Containers.FindEmpty(Launch);
        if (found.Count == 0)
        {
            return;
        }

        // The ledger has it before it is made.
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

using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Containers;

// Constraint: a daemon can leave its parent, its session and its environment at once, and then no other layer finds it. Membership in a
// cgroup is inherited by fork, and moving out needs write access to cgroup.procs of the target and of a common ancestor
// (https://docs.kernel.org/admin-guide/cgroup-v2.html#delegation-containment), which root has, and the user of a delegated subtree.
//
// Scheme: each launch makes one cgroup below the cgroup of this process, named by the scope (testreaper-SCOPE), and puts the child into
// it before its first instruction (SpawnGate). cgroup.procs lists the members, cgroup.events says whether any is alive, cgroup.kill
// kills all of them atomically (Linux 5.14; before that the kill loop signals each member). After the reap the directory is removed.
//
// Invariants:
// - Only a real cgroup counts: the magic number of the file system is checked, and a missing parent directory is never created.
//   Otherwise an ordinary directory could pass for a cgroup.
// - A cgroup is used for one launch only: after a cgroup.kill, the kernel kills each child that is cloned into it.
// - The membership of the child is confirmed by its own /proc/PID/cgroup: the kernel may refuse a move without an error.
// - cgroup.kill is opened at the launch, because a reap must work when this process has no free descriptor.
// - A server may create cgroups below its own. Reading, killing and removing include them; removal goes from the leaves up.
// - Empty cgroups of dead hosts are found by their names (CGroups.FindEmpty). A name alone is not trusted: the path must be in a mounted
//   cgroup v2 hierarchy and must belong to this user.

/// <summary>The cgroup v2 of one launch.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "TryRemove is its disposal.")]
internal sealed class CGroup : IProcessContainer
{
    internal const string Prefix = "testreaper-";
    private const uint ListedByAll = 0x1ED; // 0755
    private readonly string _directory;
    private readonly SafeFileHandle _kill;

    private CGroup(string directory)
    {
        _directory = directory;
        var fd = LibC.open(Path.Combine(directory, "cgroup.kill"), OpenFlags.WriteOnly | OpenFlags.CloseOnExec, 0);
        _kill = new SafeFileHandle(fd, ownsHandle: true);
    }

    public string Name => "cgroup";

    /// <summary>Whether the kernel has cgroup.kill, and this user may write to it.</summary>
    internal bool KillsAtOnce => !_kill.IsInvalid;

    internal string DirectoryPath => _directory;

    internal string ProcsFile => Path.Combine(_directory, "cgroup.procs");

    /// <summary>The directory of the cgroup that a launch will have; null if no cgroup v2 is mounted.</summary>
    internal static string? PathOf(string scope) => CGroupMount.OwnDirectory() is { } own ? Path.Combine(own, Prefix + scope) : null;

    /// <summary>The cgroup of a launch by any host; null if it no longer exists or its name does not match the scope.</summary>
    internal static CGroup? Find(string path, string scope) =>
        Path.IsPathFullyQualified(path) && !path.Contains('\0') && Path.GetFullPath(path) == path
        && Path.GetFileName(path) == Prefix + scope
        && CGroupMount.Holds(path) && File.Exists(Path.Combine(path, "cgroup.events"))
            ? new CGroup(path)
            : null;

    /// <summary>Creates a cgroup below the cgroup of this process, or says in words for the report why there is none.</summary>
    internal static CGroup? TryCreate(string scope, out string obstacle)
    {
        if (CGroupMount.OwnDirectory(out obstacle) is not { } own)
        {
            return null;
        }

        // One level only: a missing parent means that this is not a cgroup.
        var directory = Path.Combine(own, Prefix + scope);
        var error = Errno.Of(LibC.mkdir(directory, ListedByAll));
        if (error is not (0 or Errno.EEXIST))
        {
            obstacle = $"no cgroup can be made in {own}: {Marshal.GetPInvokeErrorMessage(error)}";
            return null;
        }

        return new CGroup(directory);
    }

    /// <summary>
    /// Makes the next move fast. The kernel delays a move by an RCU grace period (5 to 15 ms), except one that soon follows another. So
    /// this process moves itself to the cgroup that it is in.
    /// </summary>
    internal static void PrepareMove()
    {
        if (CGroupMount.OwnDirectory() is { } own)
        {
            // 0 stands for the process that writes.
            _ = CGroupFile.TryWrite(Path.Combine(own, "cgroup.procs"), "0");
        }
    }

    /// <summary>Moves a process into the cgroup; false if it is not in it afterwards.</summary>
    internal bool TryAdd(int pid) => CGroupFile.TryWrite(ProcsFile, pid.ToString(CultureInfo.InvariantCulture)) && Contains(pid);

    // 0 stands for a process of an outer PID namespace.
    public IReadOnlyCollection<int> Processes() => Tree()
        .SelectMany(static directory => KernelText.ReadLines(Path.Combine(directory, "cgroup.procs")) ?? [])
        .Select(static line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(static pid => pid > 0)
        .ToHashSet();

    public void Kill()
    {
        // Atomic, works on frozen cgroups, and reaches sub-cgroups.
        if (!_kill.IsInvalid && !_kill.IsClosed)
        {
            _ = CGroupFile.TryWrite((int)_kill.DangerousGetHandle(), "1");
        }
    }

    public bool IsPopulated() => KernelText.ReadLines(Path.Combine(_directory, "cgroup.events"))?.Contains("populated 1") == true;

    public ContainerUsage ReadUsage() => CGroupUsage.Read(_directory);

    public bool TryRemove()
    {
        try
        {
            // A cgroup can be removed once it has no process and no sub-cgroup.
            foreach (var directory in Tree().Reverse())
            {
                Directory.Delete(directory);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // It is removed already.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        _kill.Dispose();
        return true;
    }

    /// <summary>The cgroup and the sub-cgroups that the server may have created, parents first.</summary>
    private IEnumerable<string> Tree()
    {
        try
        {
            return [_directory, .. Directory.EnumerateDirectories(_directory, "*", SearchOption.AllDirectories)];
        }
        catch (IOException)
        {
            return [_directory];
        }
    }

    private bool Contains(int pid) => (KernelText.ReadLines($"/proc/{pid}/cgroup") ?? [])
        .Any(line => line.StartsWith("0::", StringComparison.Ordinal)
            && line.EndsWith("/" + Path.GetFileName(_directory), StringComparison.Ordinal));
}

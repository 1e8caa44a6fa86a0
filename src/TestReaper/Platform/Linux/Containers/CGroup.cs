using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>
/// A cgroup v2 of one launch. Whatever its processes fork is born in it, and only root can leave; so it holds what no other
/// layer finds: a daemon that left its parent, its session and its environment.
/// </summary>
/// <remarks>Fresh for each launch: after a cgroup.kill, a child that is cloned into the cgroup is killed at birth.</remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "TryRemove is its disposal.")]
internal sealed class CGroup : IProcessContainer
{
    internal const string Prefix = "testreaper-";
    private readonly string _directory;

    // Opened at the start: a reap must work when this process has no descriptors left.
    private readonly SafeFileHandle _kill;

    private CGroup(string directory)
    {
        _directory = directory;
        var fd = LibC.open(Path.Combine(directory, "cgroup.kill"), OpenFlags.WriteOnly | OpenFlags.CloseOnExec, 0);
        _kill = new SafeFileHandle(fd, ownsHandle: true);
    }

    public string Name => "cgroup";

    internal string ProcsFile => Path.Combine(_directory, "cgroup.procs");

    /// <summary>Where the cgroup of a launch will be; null where no cgroup v2 is mounted.</summary>
    internal static string? PathOf(string scope) => CGroupMount.OwnDirectory() is { } own ? Path.Combine(own, Prefix + scope) : null;

    /// <summary>The cgroup of a launch by some host, if it still exists. The name must be the one that the scope gives it.</summary>
    internal static CGroup? Find(string path, string scope) =>
        Path.IsPathFullyQualified(path) && !path.Contains('\0') && Path.GetFullPath(path) == path
        && Path.GetFileName(path) == Prefix + scope
        && CGroupMount.Holds(path) && File.Exists(Path.Combine(path, "cgroup.events"))
            ? new CGroup(path)
            : null;

    /// <summary>Makes a cgroup below this process's own.</summary>
    /// <param name="scope">Names it.</param>
    /// <param name="obstacle">Why there is none, in words for the report.</param>
    internal static CGroup? TryCreate(string scope, out string obstacle)
    {
        if (CGroupMount.OwnDirectory(out obstacle) is not { } own)
        {
            return null;
        }

        // One level only: a missing parent is a sign that this is no cgroup.
        var directory = Path.Combine(own, Prefix + scope);
        var error = CGroupFile.Make(directory);
        if (error is not (0 or Errno.EEXIST))
        {
            obstacle = $"no cgroup can be made in {own}: {Marshal.GetPInvokeErrorMessage(error)}";
            return null;
        }

        return new CGroup(directory);
    }

    /// <summary>
    /// Makes the next move an instant one. The kernel lets a move wait for a grace period (RCU, 5 to 15 ms), but not one that soon
    /// follows another: so this process moves to where it is.
    /// </summary>
    internal static void PrepareMove()
    {
        if (CGroupMount.OwnDirectory() is { } own)
        {
            // 0 is the process that writes.
            _ = CGroupFile.TryWrite(Path.Combine(own, "cgroup.procs"), "0");
        }
    }

    /// <summary>Moves a process in; false if the kernel refuses, or says afterwards that it is elsewhere.</summary>
    internal bool TryAdd(int pid) => CGroupFile.TryWrite(ProcsFile, pid.ToString(CultureInfo.InvariantCulture)) && Holds(pid);

    public IReadOnlyCollection<int> Processes()
    {
        var pids = new HashSet<int>();
        foreach (var directory in Tree())
        {
            foreach (var line in ReadLines(Path.Combine(directory, "cgroup.procs")))
            {
                // 0 stands for a process of an outer PID namespace.
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
                {
                    pids.Add(pid);
                }
            }
        }

        return pids;
    }

    public void Kill()
    {
        // Atomic, works on frozen cgroups, and reaches sub-cgroups. Linux 5.14; before that each member gets its own signal.
        if (!_kill.IsInvalid && !_kill.IsClosed)
        {
            _ = CGroupFile.TryWrite((int)_kill.DangerousGetHandle(), "1");
        }
    }

    public bool IsPopulated() => ReadLines(Path.Combine(_directory, "cgroup.events")).Contains("populated 1");

    public bool TryRemove()
    {
        try
        {
            // A cgroup can be removed when it has no process and no sub-cgroup: from the leaves up.
            foreach (var directory in Tree().Reverse())
            {
                Directory.Delete(directory);
            }

            _kill.Dispose();
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            _kill.Dispose();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Itself and the sub-cgroups that the server may have made, parents first.</summary>
    private IEnumerable<string> Tree()
    {
        if (!Directory.Exists(_directory))
        {
            return [];
        }

        try
        {
            return [_directory, .. Directory.EnumerateDirectories(_directory, "*", SearchOption.AllDirectories)];
        }
        catch (IOException)
        {
            return [_directory];
        }
    }

    private bool Holds(int pid) => ReadLines($"/proc/{pid}/cgroup")
        .Any(line => line.StartsWith("0::", StringComparison.Ordinal)
            && line.EndsWith("/" + Path.GetFileName(_directory), StringComparison.Ordinal));

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // ENODEV: removed meanwhile.
            return [];
        }
    }
}

using TestReaper.Platform;
using TestReaper.Processes.Layers;

namespace TestReaper.Processes;

/// <summary>A member of a tree, held by a handle.</summary>
internal sealed class TreeMember(ProcessHandle handle, int parentPid, string foundBy)
{
    private long? _goneAt;

    public ProcessIdentity Identity => Handle.Identity;

    public ProcessHandle Handle { get; } = handle;

    public int ParentPid { get; private set; } = parentPid;

    /// <summary>The name of the layer that found it.</summary>
    public string FoundBy { get; private set; } = foundBy;

    /// <summary>As last read while it was alive: a dead process has none.</summary>
    public string CommandLine { get; set; } = "";

    /// <summary>
    /// The command line as <see cref="MemberCommandLines"/> read it last while the process was alive, with a NUL between two arguments;
    /// null if it was never read. It is not masked and may contain secrets.
    /// </summary>
    public string? LastCommandLine { get; set; }

    /// <summary>The image (<see cref="ProcessEntry.Image"/>) when <see cref="LastCommandLine"/> was read.</summary>
    public ulong LastImage { get; set; }

    /// <summary>
    /// When <see cref="LastCommandLine"/> is read again without an exec (<see cref="Environment.TickCount64"/>), because titles change.
    /// </summary>
    public (long At, int Interval) NextReading { get; set; }

    /// <summary>The entry of the last snapshot in which it was alive.</summary>
    public ProcessEntry LastEntry { get; set; }

    /// <summary>The CPU time that a scan saw last.</summary>
    public TimeSpan CpuTime { get; set; }

    public bool IsRoot => FoundBy == TreeLayer.Root;

    /// <summary>Whether it stays alive.</summary>
    public bool IsSpared => IsExcepted || IsSparedWithAllBelow;

    /// <summary>Whether it stays alive but its descendants do not.</summary>
    public bool IsExcepted { get; init; }

    /// <summary>Whether it stays alive with all descendants, including those forked later.</summary>
    public bool IsSparedWithAllBelow { get; set; }

    public bool IsGone
    {
        get => _goneAt is not null;
        set => _goneAt = value ? _goneAt ?? Environment.TickCount64 : null;
    }

    /// <summary>How long ago it was found gone; zero while it is alive.</summary>
    public TimeSpan GoneFor => _goneAt is { } moment ? TimeSpan.FromMilliseconds(Environment.TickCount64 - moment) : TimeSpan.Zero;

    /// <summary>Makes a member a root: a scan may find a process before it is recorded as one. A root is never spared.</summary>
    public void MakeRoot() => (FoundBy, ParentPid, IsSparedWithAllBelow) = (TreeLayer.Root, 0, false);
}

using TestReaper.Platform;
using TestReaper.Processes.Layers;

namespace TestReaper.Processes;

/// <summary>A process that was verified to be of the tree, held by a handle from then on.</summary>
internal sealed class TreeMember(ProcessHandle handle, int parentPid, string foundBy)
{
    private long? _goneAt;

    public ProcessIdentity Identity => Handle.Identity;

    public ProcessHandle Handle { get; } = handle;

    public int ParentPid { get; private set; } = parentPid;

    /// <summary>The layer that found it, one of <see cref="TreeLayer"/>.</summary>
    public string FoundBy { get; private set; } = foundBy;

    /// <summary>As last read while it was alive: a dead process has none.</summary>
    public string CommandLine { get; set; } = "";

    /// <summary>
    /// The command line as it was read last, a NUL between two arguments, while the process lived and not masked: it may hold
    /// secrets. Null if it was never read.
    /// <see cref="TreeTracker.ReadCommandLines"/> reads it.
    /// </summary>
    public string? LastCommandLine { get; set; }

    /// <summary>What ran when <see cref="LastCommandLine"/> was read.</summary>
    public ulong LastImage { get; set; }

    /// <summary>
    /// When <see cref="LastCommandLine"/> is read again (<see cref="Environment.TickCount64"/>), also without an exec: titles change.
    /// </summary>
    public (long At, int Interval) NextReading { get; set; }

    /// <summary>As it was in the last snapshot in which it lived.</summary>
    public ProcessEntry LastEntry { get; set; }

    public bool IsRoot => FoundBy == TreeLayer.Root;

    /// <summary>Left alone; what is below it is not.</summary>
    public bool IsSpared => IsExcepted || IsSparedWithAllBelow;

    /// <summary>Leads to its descendants, but is itself left alone.</summary>
    public bool IsExcepted { get; init; }

    /// <summary>Left alone with all below it, also what is forked later.</summary>
    public bool IsSparedWithAllBelow { get; set; }

    public bool IsGone
    {
        get => _goneAt is not null;
        set => _goneAt = value ? _goneAt ?? Environment.TickCount64 : null;
    }

    /// <summary>How long it has been known to be gone; zero while it lives.</summary>
    public TimeSpan GoneFor => _goneAt is { } moment ? TimeSpan.FromMilliseconds(Environment.TickCount64 - moment) : TimeSpan.Zero;

    /// <summary>Read at the last observation.</summary>
    public long ResidentPages { get; set; }

    /// <summary>A scan may find a process before it is recorded as a root. A root is never spared with all below it.</summary>
    public void MakeRoot() => (FoundBy, ParentPid, IsSparedWithAllBelow) = (TreeLayer.Root, 0, false);
}

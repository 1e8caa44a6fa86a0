using System.Buffers.Text;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>
/// Reads how a process ended that its parent has not collected yet: field 52 of /proc/PID/stat (proc_pid_stat(5)). The kernel shows 0 to
/// a user who may not trace the process.
/// </summary>
internal static class ZombieExit
{
    private const int StatSize = 2048, ExitCodeField = 52, FirstField = 3;

    /// <summary>Null if the process is not a zombie yet, or is not one any more.</summary>
    internal static ExitStatus? Read(ProcessIdentity identity)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        var exit = ProcFile.Read(-1, identity.Pid, "stat"u8, stat, out var length) == ReadOutcome.Read
            ? Parse(stat[..length], identity)
            : null;
        return exit is { Code: 0 } && LibC.kill(identity.Pid, 0) != 0 ? null : exit;
    }

    /// <summary>A pure function of a stat line.</summary>
    internal static ExitStatus? Parse(ReadOnlySpan<byte> stat, ProcessIdentity identity)
    {
        if (!ProcStat.TryParse(stat, out var entry) || entry.Identity != identity || !entry.IsGone)
        {
            return null;
        }

        var rest = stat[(stat.LastIndexOf((byte)')') + 1)..].TrimStart((byte)' ');
        for (var field = FirstField; field < ExitCodeField; field++)
        {
            ByteText.Take(ref rest, ' ');
        }

        return Utf8Parser.TryParse(rest, out int status, out _) ? PidfdExit.Meaning(status) : null;
    }
}

using System.Buffers.Text;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Parses <c>/proc/PID/stat</c> (proc_pid_stat(5)). A pure function.</summary>
internal static class ProcStat
{
    // Field numbers of proc_pid_stat(5), counted from the first one after the command name (field 3).
    private const int State = 3, ParentPid = 4, GroupId = 5, SessionId = 6, UserTime = 14, SystemTime = 15;
    private const int Threads = 20, StartTime = 22, ResidentPages = 24, CodeStart = 26, ArgumentStart = 48;

    internal static bool TryParse(ReadOnlySpan<byte> text, out ProcessEntry entry)
    {
        entry = default;

        // The command name may contain ')' and newlines: the fields follow the last ')'.
        var nameEnd = text.LastIndexOf((byte)')');
        if (nameEnd < 0 || !Utf8Parser.TryParse(text, out int pid, out _))
        {
            return false;
        }

        var state = '?';
        int parent = 0, group = 0, session = 0, threads = 0;
        ulong start = 0, user = 0, system = 0;
        long resident = 0;
        var rest = text[(nameEnd + 1)..].TrimStart((byte)' ');

        for (var field = State; field <= ResidentPages; field++)
        {
            var value = ByteText.Take(ref rest, ' ');
            var isValid = !value.IsEmpty && field switch
            {
                State => (state = (char)value[0]) != 0,
                ParentPid => Utf8Parser.TryParse(value, out parent, out _),
                GroupId => Utf8Parser.TryParse(value, out group, out _),
                SessionId => Utf8Parser.TryParse(value, out session, out _),
                UserTime => Utf8Parser.TryParse(value, out user, out _),
                SystemTime => Utf8Parser.TryParse(value, out system, out _),
                Threads => Utf8Parser.TryParse(value, out threads, out _),
                StartTime => Utf8Parser.TryParse(value, out start, out _),
                ResidentPages => Utf8Parser.TryParse(value, out resident, out _),
                _ => true,
            };
            if (!isValid)
            {
                return false;
            }
        }

        var identity = new ProcessIdentity(pid, start);
        entry = new ProcessEntry(identity, parent, group, session, state, threads, resident)
        {
            Image = ImageOf(rest),
            CpuTime = BootClock.ToDuration(user + system),
        };
        return true;
    }

    /// <summary>A hash of the addresses of code and arguments, which change with each exec. Parses what follows field 24.</summary>
    private static ulong ImageOf(ReadOnlySpan<byte> rest)
    {
        ulong image = 0;
        for (var field = ResidentPages + 1; field <= ArgumentStart && !rest.IsEmpty; field++)
        {
            var value = ByteText.Take(ref rest, ' ');
            if (field is CodeStart or ArgumentStart && Utf8Parser.TryParse(value, out ulong address, out _))
            {
                image = (image * 31) + address;
            }
        }

        return image;
    }
}

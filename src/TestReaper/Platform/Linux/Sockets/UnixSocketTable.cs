namespace TestReaper.Platform.Linux.Sockets;

/// <summary>/proc/net/unix: the unix sockets of this network namespace (proc_pid_net(5)).</summary>
internal static class UnixSocketTable
{
    // __SO_ACCEPTCON: the socket listens.
    private const string ListeningFlags = "00010000";
    private const int Flags = 3, Inode = 6, Path = 7;

    internal static HashSet<long> ListeningInodes(string path) => [.. Parse(File.ReadLines("/proc/net/unix"), path)];

    internal static IEnumerable<long> Parse(IEnumerable<string> lines, string path)
    {
        foreach (var line in lines.Skip(1))
        {
            // The path is the rest of the line and may hold spaces.
            var fields = line.Split(' ', Path + 1, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > Path && fields[Flags] == ListeningFlags && fields[Path] == path && long.TryParse(fields[Inode], out var inode))
            {
                yield return inode;
            }
        }
    }
}

using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>The list of scopes of this host in a file, for the sweep of a later host in case the watchdog dies too.</summary>
/// <remarks>
/// Constraint. The writer may be killed between any two instructions, and the reader runs days later, perhaps after a reboot or in
/// another container with the same home directory. Other processes of the user may write anything to the file.
/// <para>
/// Format. <c>hosts/PID-START.ledger</c> in the state directory, mode 0600; UTF-8, one JSON object a line (<see cref="LedgerLine"/>). The
/// first line identifies the host: pid, start time, boot id, PID namespace. Each other line has a scope: command line and cgroup before the
/// spawn, then the root, recorded processes, shared memory, at last <c>isGone</c>. A line is appended with one write; an incomplete
/// or unknown line is skipped. When the file exceeds its limit, it is replaced by one with the lines of living scopes only.
/// </para>
/// <para>
/// Lock. The host holds a flock on the file for its whole life, so "unlocked" means "the host is dead", without a pid. Compaction
/// locks the new file before the rename: at every moment a complete and locked ledger exists.
/// </para>
/// <para>
/// Trust. The file is a hint, never a proof: it only says where to look. The sweep signals a process only if it carries the scope in its
/// environment, is in the cgroup that is named after the scope, or has the recorded pid and start time. It ignores a file that others can
/// write or that is from another PID namespace, and deletes one from an earlier boot. It deletes any other file only after reading it to
/// its end (<see cref="LedgerReader"/>), and when nothing of it is left. Secrets are masked before they get here.
/// </para>
/// <para>https://man7.org/linux/man-pages/man2/flock.2.html, https://man7.org/linux/man-pages/man7/pid_namespaces.7.html</para>
/// </remarks>
internal sealed class Ledger
{
    /// <summary>The suffix of a compacted ledger until it is complete and replaces the ledger.</summary>
    internal const string Unfinished = ".new";

    private const int SmallEnough = 256 * 1024;
    private static readonly TimeSpan SweepPatience = TimeSpan.FromMilliseconds(200);
    private readonly IProcessPlatform _platform;
    private readonly LedgerLine _host;
    private readonly Dictionary<string, List<LedgerLine>> _living = [];
    private IFileLock _lock;
    private Stream _file;
    private long _limit = SmallEnough;

    private Ledger(string path, IFileLock hold, IProcessPlatform platform, LedgerLine host)
    {
        (Path, _lock, _file, _platform, _host) = (path, hold, hold.OpenContent(), platform, host);
        Write(host);
    }

    public string Path { get; }

    public static string Directory(IProcessPlatform platform) => System.IO.Path.Combine(StateDirectory.Get(platform), "hosts");

    /// <summary>Creates the ledger; null if that fails. Then only the watchdog cleans up after this process.</summary>
    public static Ledger? TryOpen(IProcessPlatform platform, Action<string> warn, string? directory = null)
    {
        try
        {
            directory ??= Directory(platform);
            OwnerOnlyFile.CreateDirectory(directory);
            if (!platform.Files.IsPrivateDirectory(directory)
                || platform.Processes.TryRead(Environment.ProcessId, out var self) != ReadOutcome.Read)
            {
                throw new IOException($"'{directory}' is not private to this user");
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{self.Pid}-{self.Identity.StartTime}.ledger");
            var path = System.IO.Path.Combine(directory, name);

            // TryLock creates the file with mode 0600. A concurrent sweep holds the lock for milliseconds only.
            IFileLock? hold = null;
            _ = SpinWait.SpinUntil(() => (hold = platform.Files.TryLock(path)) is not null, SweepPatience);
            _ = hold ?? throw new IOException($"'{path}' is locked by another process");
            return new Ledger(path, hold, platform, LedgerLine.ForHost(self.Identity, platform.Processes.Instance));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn($"No ledger: if this process and its watchdog are killed, later runs cannot find the servers. {error.Message}");
            return null;
        }
    }

    public void AddServer(string scope, string? container, string commandLine, string? gpu) =>
        Append(new LedgerLine { Scope = scope, Container = container, Command = LedgerLine.Shorten(commandLine), Gpu = gpu });

    public void AddRoot(string scope, ProcessIdentity root, bool isRecorded) =>
        Append(new LedgerLine { Scope = scope, Pid = root.Pid, StartTime = root.StartTime, IsRecorded = isRecorded ? true : null });

    public void AddMemory(string scope, SharedMemoryObject item) => Append(LedgerLine.ForMemory(scope, item));

    /// <summary>The scope is reaped.</summary>
    public void Remove(string scope)
    {
        _living.Remove(scope);
        Write(new LedgerLine { Scope = scope, IsGone = true });
        if (_file.CanWrite && _file.Length > _limit)
        {
            Compact();
        }
    }

    /// <summary>Unlocks the file, and deletes it if no scope is left in it.</summary>
    public void Close(bool isEmpty)
    {
        _file.Dispose();
        if (isEmpty)
        {
            File.Delete(Path);
        }

        _lock.Dispose();
    }

    private void Append(LedgerLine line)
    {
        if (!_living.TryGetValue(line.Scope!, out var lines))
        {
            _living.Add(line.Scope!, lines = []);
        }

        lines.Add(line);
        Write(line);
    }

    private void Write(LedgerLine line)
    {
        try
        {
            _file.Write(line.ToUtf8());
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // A full disk must not fail a test: the watchdog has the same list.
        }
    }

    private void Compact()
    {
        var path = Path + Unfinished;
        IFileLock? hold = null;
        Stream? file = null;
        try
        {
            hold = _platform.Files.TryLock(path) ?? throw new IOException($"'{path}' is locked by another process");
            file = hold.OpenContent();
            file.SetLength(0);
            byte[] content = [.. _living.Values.SelectMany(lines => lines).Prepend(_host).SelectMany(line => line.ToUtf8())];
            file.Write(content);
            File.Move(path, Path, overwrite: true);
            var old = _lock;
            (_lock, _file) = (hold, file);
            _limit = Math.Max(SmallEnough, 2 * content.Length);
            old.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The old file stays in use.
            _limit *= 2;
            file?.Dispose();
            hold?.Dispose();
        }
    }
}

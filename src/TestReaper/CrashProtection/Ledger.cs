using System.Globalization;
using TestReaper.Platform;

namespace TestReaper.CrashProtection;

/// <summary>
/// What this host has started, on disk, for the sweep of a later one: a file of this user alone, locked for as long as the host
/// lives, appended to before each spawn. A line each, JSON. One that is mostly about the dead is written anew.
/// </summary>
internal sealed class Ledger
{
    /// <summary>The end of the name of a ledger that is being written anew. It becomes the ledger when it is complete.</summary>
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

    /// <summary>Null if there can be none: then only the watchdog cleans up after this process.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="warn">Gets the reason why there is none.</param>
    /// <param name="directory">Where; null for the user's.</param>
    public static Ledger? TryOpen(IProcessPlatform platform, Action<string> warn, string? directory = null)
    {
        try
        {
            directory ??= Directory(platform);
            OwnerOnlyFile.CreateDirectory(directory);
            if (!platform.Files.IsPrivateDirectory(directory) || platform.Processes.TryRead(Environment.ProcessId, out var self) != ReadOutcome.Read)
            {
                throw new IOException($"'{directory}' is not private to this user");
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{self.Pid}-{self.Identity.StartTime}.ledger");
            var path = System.IO.Path.Combine(directory, name);

            // The lock makes the file, for its owner only. A sweep that looks at it in that moment lets go soon.
            IFileLock? hold = null;
            _ = SpinWait.SpinUntil(() => (hold = platform.Files.TryLock(path)) is not null, SweepPatience);
            _ = hold ?? throw new IOException($"'{path}' is locked by another process");
            return new Ledger(path, hold, platform, LedgerLine.ForHost(self.Identity, platform.Processes.Instance));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn($"No ledger: if this process and its watchdog are killed, no later run can find what they leave. {error.Message}");
            return null;
        }
    }

    public void Add(string scope, string? container, string commandLine, string? gpu) =>
        Append(new LedgerLine { Scope = scope, Container = container, Command = LedgerLine.Shorten(commandLine), Gpu = gpu });

    /// <param name="scope">The server.</param>
    /// <param name="root">What has started.</param>
    /// <param name="isRecorded">Whether it was started by others and need not carry the scope.</param>
    public void Add(string scope, ProcessIdentity root, bool isRecorded) =>
        Append(new LedgerLine { Scope = scope, Pid = root.Pid, StartTime = root.StartTime, IsRecorded = isRecorded ? true : null });

    /// <param name="scope">The server.</param>
    /// <param name="item">Shared memory that it has made.</param>
    public void Add(string scope, SharedMemoryObject item) => Append(LedgerLine.ForMemory(scope, item));

    public void Gone(string scope)
    {
        _living.Remove(scope);
        Write(new LedgerLine { Scope = scope, IsGone = true });
        if (_file.CanWrite && _file.Length > _limit)
        {
            Compact();
        }
    }

    /// <summary>Deletes the file if nothing in it may still have to be cleaned up.</summary>
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
            // A full disk is no reason to fail a test; the watchdog knows as well.
        }
    }

    // A file of its own, locked before it has the name: there is no moment without a complete ledger that is locked.
    private void Compact()
    {
        var path = Path + Unfinished;
        IFileLock? hold = null;
        try
        {
            hold = _platform.Files.TryLock(path) ?? throw new IOException($"'{path}' is locked by another process");
            var file = hold.OpenContent();
            file.SetLength(0);
            using var content = new MemoryStream();
            foreach (var line in _living.Values.SelectMany(lines => lines).Prepend(_host))
            {
                content.Write(line.ToUtf8());
            }

            file.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
            File.Move(path, Path, overwrite: true);
            var old = _lock;
            (_lock, _file) = (hold, file);
            _limit = Math.Max(SmallEnough, 2 * content.Length);
            old.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It goes on as it is.
            _limit *= 2;
            hold?.Dispose();
        }
    }
}

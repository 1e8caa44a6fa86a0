using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>
/// What this host has started, on disk, for the sweep of a later one: a file of this user alone, locked for as long as the host
/// lives, appended to before each spawn. A line each, JSON.
/// </summary>
internal sealed class Ledger
{
    private static readonly TimeSpan SweepPatience = TimeSpan.FromMilliseconds(200);
    private readonly IFileLock _lock;
    private readonly Stream _file;

    private Ledger(string path, IFileLock hold) => (Path, _lock, _file) = (path, hold, hold.OpenContent());

    public string Path { get; }

    public static string Directory(IProcessPlatform platform) => System.IO.Path.Combine(StateDirectory.Get(platform), "hosts");

    /// <summary>Null if there can be none: then only the watchdog cleans up after this process.</summary>
    public static Ledger? TryOpen(IProcessPlatform platform, ILogger logger)
    {
        try
        {
            var directory = Directory(platform);
            OwnerOnlyFile.CreateDirectory(directory);
            if (!platform.IsPrivateDirectory(directory) || platform.TryRead(Environment.ProcessId, out var self) != ReadOutcome.Read)
            {
                throw new IOException($"'{directory}' is not private to this user");
            }

            var path = System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{self.Pid}-{self.Identity.StartTime}.ledger"));

            // The lock makes the file, for its owner only. A sweep that looks at it in that moment lets go soon.
            IFileLock? hold = null;
            _ = SpinWait.SpinUntil(() => (hold = platform.TryLock(path)) is not null, SweepPatience);
            _ = hold ?? throw new IOException($"'{path}' is locked by another process");
            var ledger = new Ledger(path, hold);
            ledger.Write(LedgerLine.OfHost(self.Identity, platform.Instance));
            return ledger;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("No ledger: if this process and its watchdog are killed, no later run can find what they leave. {Reason}", error.Message);
            return null;
        }
    }

    public void Add(string scope, string? container, string commandLine, string? gpu) =>
        Write(new LedgerLine { Scope = scope, Container = container, Command = commandLine, Gpu = gpu });

    public void Started(string scope, ProcessIdentity root) => Write(new LedgerLine { Scope = scope, Pid = root.Pid, StartTime = root.StartTime });

    public void Gone(string scope) => Write(new LedgerLine { Scope = scope, IsGone = true });

    /// <summary>Takes the file away if there is nothing in it that somebody may have to clean up.</summary>
    public void Close(bool isEmpty)
    {
        _file.Dispose();
        if (isEmpty)
        {
            File.Delete(Path);
        }

        _lock.Dispose();
    }

    private void Write(LedgerLine line)
    {
        try
        {
            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, LedgerJson.Default.LedgerLine), (byte)'\n']);
            _file.Flush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // A full disk is no reason to fail a test; the watchdog knows as well.
        }
    }
}

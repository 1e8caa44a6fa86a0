using System.Globalization;
using System.Runtime.InteropServices;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// Holds a child between its birth and its exec, so that it can be put into a cgroup before it runs its first instruction.
/// </summary>
/// <remarks>
/// posix_spawn opens files in the child; opening a FIFO for writing blocks until somebody opens it for reading. That is
/// the gate. The thread that spawns is held, too (vfork), so another one finds the child and opens.
/// </remarks>
internal sealed class SpawnGate : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int NonBlocking = 0x800;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ManualResetEventSlim _threadKnown = new();
    private readonly int _fifo;
    private int _threadId;
    private int _reader = -1;

    private SpawnGate(int fifo) => _fifo = fifo;

    /// <summary>What the child opens for writing; it has the descriptor, too.</summary>
    internal string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_fifo}");

    /// <summary>Makes a FIFO that has no name any more, so that none is left behind.</summary>
    internal static SpawnGate? TryCreate(string name)
    {
        try
        {
            var path = System.IO.Path.Combine(StateDirectory.Get(ProcessPlatform.Current), name + ".gate");
            if (LibC.mkfifo(path, OwnerOnly) != 0)
            {
                return null;
            }

            var fifo = LibC.open(path, OpenFlags.PathOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
            File.Delete(path);
            return fifo < 0 ? null : new SpawnGate(fifo);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Called on the thread that is about to spawn.</summary>
    internal void SpawnFromThisThread()
    {
        _threadId = LibC.gettid();
        _threadKnown.Set();
    }

    /// <summary>Waits for the child to stand at the gate.</summary>
    /// <returns>Its pid; null if the spawn ended without one, or the kernel does not list children.</returns>
    internal int? WaitForChild(Func<bool> spawnEnded)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!_threadKnown.Wait(1))
        {
            if (spawnEnded())
            {
                return null;
            }
        }

        var children = $"/proc/self/task/{_threadId}/children";
        var spinner = default(SpinWait);
        while (!spawnEnded() && Environment.TickCount64 < deadline)
        {
            if (!File.Exists(children))
            {
                return null;
            }

            var text = ReadOrNothing(children);
            if (int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                return pid;
            }

            spinner.SpinOnce();
        }

        return null;
    }

    /// <summary>Lets the child go on to its exec. Whoever comes later finds the gate open.</summary>
    /// <returns>False if this process had no descriptor to spare all the time.</returns>
    internal bool TryOpen(Func<bool> spawnEnded) =>
        SpinWait.SpinUntil(() => spawnEnded() || (_reader = LibC.open(Path, OpenFlags.ReadOnly | NonBlocking | OpenFlags.CloseOnExec, 0)) >= 0, Patience);

    public void Dispose()
    {
        if (_reader >= 0)
        {
            _ = LibC.close(_reader);
        }

        _ = LibC.close(_fifo);
        _threadKnown.Dispose();
    }

    private static string ReadOrNothing(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}

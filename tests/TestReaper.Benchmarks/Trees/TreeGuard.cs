using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Benchmarks.Trees;

/// <summary>Records the identity of each process of a tree. Disposal kills those that are still alive.</summary>
internal sealed class TreeGuard : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ProcessIdentity[] _processes;

    private TreeGuard(ProcessIdentity[] processes) => _processes = processes;

    /// <summary>Finds the processes of the tree, which must be complete.</summary>
    public static TreeGuard Find(int root, int count)
    {
        var snapshot = new ProcessSnapshot();
        ProcFs.Capture(snapshot);
        var children = snapshot.Entries.ToLookup(entry => entry.ParentPid);
        var found = snapshot.Entries.Where(entry => entry.Pid == root).ToList();
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i].Pid]);
        }

        var guard = new TreeGuard([.. found.Select(entry => entry.Identity)]);
        if (found.Count != count)
        {
            guard.Dispose();
            throw new InvalidOperationException($"The tree has {found.Count} processes instead of {count}.");
        }

        return guard;
    }

    public void Dispose()
    {
        var start = Stopwatch.GetTimestamp();
        while (!Array.TrueForAll(_processes, IsGone))
        {
            Array.ForEach(_processes, Kill);
            Thread.Sleep(5);
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new InvalidOperationException($"Processes of the tree are alive {Limit.TotalSeconds} s after SIGKILL.");
            }
        }
    }

    private static bool IsGone(ProcessIdentity process) =>
        ProcFs.TryRead(process.Pid, out var entry) == ReadOutcome.Absent || (entry.Pid > 0 && (entry.Identity != process || entry.IsGone));

    private static void Kill(ProcessIdentity process)
    {
        if (!IsGone(process))
        {
            using var handle = LinuxProcessHandle.Open(process);
            handle.Signal(SignalNumbers.Kill);
        }
    }
}

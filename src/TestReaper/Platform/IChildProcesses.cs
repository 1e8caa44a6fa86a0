namespace TestReaper.Platform;

/// <summary>Distinguishes children that this process started from orphans that it adopted.</summary>
internal interface IChildProcesses
{
    /// <summary>Makes this process the parent of orphaned descendants; false if that is not possible.</summary>
    bool TryBecomeSubreaper();

    /// <summary>Whether a child may be an adopted orphan. False for a child that System.Diagnostics.Process started.</summary>
    bool MayBeAdopted(int pid);

    /// <summary>Whether System.Diagnostics.Process started this child; false if that cannot be known.</summary>
    bool IsStartedByRuntime(int pid);

    /// <summary>
    /// Whether this process certainly started this child. False if that cannot be known: the main thread started it, or the thread
    /// that started it has ended.
    /// </summary>
    bool IsStartedHere(int pid);

    /// <summary>
    /// Collects an adopted orphan that is a zombie, which frees its pid. Does nothing for another process, nor if the system cannot tell
    /// adopted children from started ones: the exit status of a started child belongs to the code that started it.
    /// </summary>
    void CollectAdopted(ProcessHandle zombie);
}

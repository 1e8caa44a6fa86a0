using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>
/// Descriptors that are held open so that they can be given up: a process at its limit of open files (EMFILE) can list no
/// processes and open no pidfd. Killing needs none, but the proof that nothing is left does.
/// </summary>
internal static class DescriptorReserve
{
    // /proc, one file of it, two pidfds, the cgroup's files; the rest goes to other threads that wait for a descriptor.
    private const int Size = 16;
    private static readonly object Gate = new();
    private static readonly Stack<int> Held = new(Size);

    public static void Fill()
    {
        lock (Gate)
        {
            int fd;
            while (Held.Count < Size && (fd = LibC.eventfd(0, OpenFlags.CloseOnExec)) >= 0)
            {
                Held.Push(fd);
            }
        }
    }

    public static void Release()
    {
        lock (Gate)
        {
            while (Held.TryPop(out var fd))
            {
                _ = LibC.close(fd);
            }
        }
    }
}

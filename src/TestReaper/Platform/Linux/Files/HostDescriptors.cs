namespace TestReaper.Platform.Linux.Files;

/// <summary>
/// Descriptors by which other processes notice that this process has exited. A child has copies of them until its exec, and a child that
/// is held back before the exec may outlive this process. So a child closes them first.
/// </summary>
internal static class HostDescriptors
{
    private static readonly List<SafeHandle> Handles = [];

    internal static void Add(SafeHandle handle)
    {
        lock (Handles)
        {
            Handles.RemoveAll(static known => known.IsClosed);
            Handles.Add(handle);
        }
    }

    /// <summary>Keeps the open ones open until the result is disposed, so that their numbers are not reused.</summary>
    internal static Lease Hold()
    {
        lock (Handles)
        {
            return new Lease(Handles);
        }
    }

    /// <summary>All descriptors that this process has open now, without the standard streams; empty if they cannot be read.</summary>
    internal static IReadOnlyList<int> FindOpen() =>
        Accessible.OrDefault<int[]>(static () => [.. Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Select(static path => int.Parse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture))
            .Where(static descriptor => descriptor > 2)]) ?? [];

    internal readonly struct Lease : IDisposable
    {
        private readonly List<SafeHandle> _held = [];

        internal Lease(IEnumerable<SafeHandle> handles)
        {
            foreach (var handle in handles)
            {
                var isHeld = false;
                try
                {
                    handle.DangerousAddRef(ref isHeld);
                    _held.Add(handle);
                }
                catch (ObjectDisposedException)
                {
                    // It was closed.
                }
            }
        }

        internal IEnumerable<int> Numbers => _held.Select(static handle => (int)handle.DangerousGetHandle());

        public void Dispose() => _held.ForEach(static handle => handle.DangerousRelease());
    }
}

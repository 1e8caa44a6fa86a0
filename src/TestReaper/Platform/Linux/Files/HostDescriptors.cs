using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.Platform.Linux.Files;

/// <summary>
/// Descriptors that tell others whether this process lives. A child has copies of all until its exec, and one that is held
/// before that may outlive this process: it closes these first.
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

    /// <summary>Those that are open. They stay open until this is disposed: a number that was given anew would be another's.</summary>
    internal static Lease Take()
    {
        lock (Handles)
        {
            return new Lease(Handles);
        }
    }

    /// <summary>All that this process has open now, without the standard streams; none where that cannot be read.</summary>
    internal static IReadOnlyList<int> Open()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Select(static path => int.Parse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture))
                .Where(static descriptor => descriptor > 2)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

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
                    // No handle refers to it any more.
                }
            }
        }

        internal IEnumerable<int> Numbers => _held.Select(static handle => (int)handle.DangerousGetHandle());

        public void Dispose() => _held.ForEach(static handle => handle.DangerousRelease());
    }
}

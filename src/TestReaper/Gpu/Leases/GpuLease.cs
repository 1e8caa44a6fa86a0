using System.Collections.Concurrent;

namespace TestReaper.Gpu.Leases;

/// <summary>The devices that one server has for itself. It ends when their memory is back, not when the processes are gone.</summary>
internal sealed class GpuLease : IDisposable
{
    // The locks of leases that stay until this process ends would be closed by the garbage collector.
    private static readonly ConcurrentDictionary<GpuLease, bool> Kept = [];
    private readonly GpuClaim _claim;
    private volatile bool _isReleased;

    public GpuLease(GpuClaim claim, IReadOnlyDictionary<string, string?> variables)
    {
        (_claim, Variables) = (claim, variables);
        Uuids = claim.Uuids;
    }

    /// <summary>The UUIDs of the devices.</summary>
    public IReadOnlyList<string> Uuids { get; }

    /// <summary>The variables that restrict a server to the devices; null for one that is removed.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; }

    public bool IsReleased => _isReleased;

    /// <summary>Lets the lease stay until this process ends, or until <see cref="Release"/>: processes of the server live.</summary>
    public void KeepUntilExit() => Kept.TryAdd(this, true);

    /// <summary>Ends the lease, also one that was kept.</summary>
    public void Release()
    {
        _isReleased = true;
        Kept.TryRemove(this, out _);
        _claim.Dispose();
    }

    /// <summary>Ends the lease, unless it is kept.</summary>
    public void Dispose()
    {
        if (!Kept.ContainsKey(this))
        {
            Release();
        }
    }
}

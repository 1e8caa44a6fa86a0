using TestReaper.Gpu.Locks;
using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

/// <summary>The locks of the devices that a start has. All or none are taken, so that two starts never wait for each other.</summary>
internal sealed class GpuClaim : IDisposable
{
    private readonly Dictionary<string, (GpuDevice Device, GpuLock Lock)> _held;

    private GpuClaim(Dictionary<string, (GpuDevice Device, GpuLock Lock)> held) => _held = held;

    public IReadOnlyList<GpuDevice> Devices => [.. _held.Values.Select(pair => pair.Device)];

    public IReadOnlyList<string> Uuids => [.. _held.Keys];

    /// <summary>Null if too few of the devices are free. Call it under the state lock.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="groups">The devices of each vendor, the preferred ones first.</param>
    /// <exception cref="IOException">A lock file cannot be used.</exception>
    public static GpuClaim? TryTake(GpuLeaseRequest request, IEnumerable<IReadOnlyList<GpuDevice>> groups)
    {
        foreach (var group in groups)
        {
            var claim = new GpuClaim([]);
            try
            {
                foreach (var device in group.TakeWhile(_ => claim._held.Count < request.Requirement.Count))
                {
                    claim.TryAdd(request, device);
                }
            }
            catch
            {
                claim.Dispose();
                throw;
            }

            if (claim._held.Count == request.Requirement.Count)
            {
                return claim;
            }

            claim.Dispose();
        }

        return null;
    }

    /// <summary>Takes another device in place of one, if it is free. Call it under the state lock.</summary>
    public bool TryReplace(GpuLeaseRequest request, GpuDevice old, GpuDevice other)
    {
        if (!TryAdd(request, other))
        {
            return false;
        }

        _held.Remove(old.Uuid, out var replaced);
        replaced.Lock.Dispose();
        return true;
    }

    public void Dispose()
    {
        foreach (var (_, held) in _held.Values)
        {
            held.Dispose();
        }
    }

    private bool TryAdd(GpuLeaseRequest request, GpuDevice device)
    {
        if (GpuLock.TryTake(request.Platform, request.Directory, device.Uuid, request.Label) is not { } taken)
        {
            return false;
        }

        _held.Add(device.Uuid, (device, taken));
        return true;
    }
}

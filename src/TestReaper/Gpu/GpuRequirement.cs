using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper;

/// <summary>The GPUs that a server needs for itself while it runs.</summary>
/// <param name="Count">How many. Default: 1. Range: 1 and more.</param>
public sealed record GpuRequirement(int Count = 1)
{
    private readonly GpuDeviceFormat? _deviceFormat;

    /// <summary>The memory that must be free on each device, in bytes. Default: 0, only that the device is idle.</summary>
    public long MinFreeMemory { get; init; }

    /// <summary>The vendor. Default: null, any; all devices of one lease have the same vendor.</summary>
    public GpuVendor? Vendor { get; init; }

    /// <summary>The lowest compute capability, such as 8.0; only NVIDIA's devices have one. Default: null, any.</summary>
    public Version? MinComputeCapability { get; init; }

    /// <summary>
    /// The memory of an idle device that may be used, and by how much the memory may stay above what was used before the launch, in bytes.
    /// Default: null, 256 MiB or 2 % of the device, whichever is more.
    /// </summary>
    public long? Headroom { get; init; }

    /// <summary>
    /// How the server is given the devices. Default: <see cref="ServerProcessOptions.GpuDeviceFormat"/>, which is
    /// <see cref="GpuDeviceFormat.Uuid"/> unless the options or a preset set it.
    /// </summary>
    public GpuDeviceFormat DeviceFormat
    {
        get => _deviceFormat ?? GpuDeviceFormat.Uuid;
        init => _deviceFormat = value;
    }

    /// <summary>
    /// How long other programs may take to free a device that no other server has leased. Default: 2 min. Range: zero to 24 days.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long to wait for devices that other servers have leased, in order of arrival. Default: 30 min. Range: zero to 24 days.
    /// </summary>
    public TimeSpan LeaseTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same with a form of the devices, unless one was set.</summary>
    internal GpuRequirement WithDefault(GpuDeviceFormat format) => _deviceFormat is null ? this with { DeviceFormat = format } : this;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MinFreeMemory);
        ArgumentOutOfRangeException.ThrowIfNegative(Headroom ?? 0, nameof(Headroom));
        Durations.RequireFinite(IdleTimeout, nameof(IdleTimeout), allowZero: true);
        Durations.RequireFinite(LeaseTimeout, nameof(LeaseTimeout), allowZero: true);
        if (!Enum.IsDefined(DeviceFormat) || (Vendor is { } vendor && !Enum.IsDefined(vendor)))
        {
            throw new ArgumentException("DeviceFormat and Vendor must be values of their enumerations.");
        }
    }
}

namespace TestReaper.Gpu;

/// <summary>What a reading could not verify, and why.</summary>
/// <param name="DeviceUuid">The device; null if it concerns a driver, or a device whose UUID is not known.</param>
/// <param name="Kind">What follows from it.</param>
/// <param name="Text">A sentence for messages.</param>
internal sealed record GpuFault(string? DeviceUuid, GpuFaultKind Kind, string Text);

internal enum GpuFaultKind
{
    /// <summary>The reading says nothing about the device or the driver, or only a part.</summary>
    NotVerified,

    /// <summary>The device has failed and works again only after a reset.</summary>
    DeviceLost,

    /// <summary>The query did not return in time, or its process died.</summary>
    NoAnswer,
}

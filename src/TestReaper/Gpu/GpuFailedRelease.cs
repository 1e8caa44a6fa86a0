namespace TestReaper.Gpu;

/// <summary>A device whose memory did not come back after a server.</summary>
/// <param name="Uuid">The <see cref="GpuDevice.Uuid"/> of the device.</param>
/// <param name="Device">The device in words, as messages name it.</param>
/// <param name="MemorySource">Of the two amounts.</param>
/// <param name="Target">The used memory, in bytes, at or under which the device counts as released; null if there is none.</param>
/// <param name="Used">The used memory at the last reading, in bytes; null if the last reading failed.</param>
/// <param name="Reason">Why it counts as failed, as a sentence.</param>
internal sealed record GpuFailedRelease(
    string Uuid, string Device, GpuMemorySource MemorySource, long? Target, long? Used, string Reason);

namespace TestReaper.Gpu;

/// <summary>A process that has memory on a device or a context on it.</summary>
/// <param name="DeviceUuid">The <see cref="GpuDevice.Uuid"/> of the device.</param>
/// <param name="Pid">The pid as the driver reports it.</param>
/// <param name="Bytes">Its memory on the device; null if the driver does not report it.</param>
/// <param name="IsVisible">
/// Whether /proc has the pid. If not, the process is of another PID namespace, is hidden from this user, or has just ended.
/// </param>
internal sealed record GpuHolder(string DeviceUuid, int Pid, long? Bytes, bool IsVisible);

namespace TestReaper.Gpu.Leases;

/// <summary>A start gets no GPUs. The message says which were found and why each is refused.</summary>
internal sealed class GpuLeaseException(string message) : Exception(message);

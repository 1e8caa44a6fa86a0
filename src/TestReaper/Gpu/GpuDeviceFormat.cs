namespace TestReaper;

/// <summary>How the variable that restricts a server to its GPUs names them.</summary>
public enum GpuDeviceFormat
{
    /// <summary>By the full UUID, which means the same device in every process.</summary>
    Uuid,

    /// <summary>
    /// By the index, for servers that refuse UUIDs (vLLM #13815). For NVIDIA, <c>CUDA_DEVICE_ORDER=PCI_BUS_ID</c> is set too, since CUDA
    /// otherwise numbers the fastest device first.
    /// </summary>
    Index,
}

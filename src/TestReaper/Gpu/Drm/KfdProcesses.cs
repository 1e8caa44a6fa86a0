namespace TestReaper.Gpu.Drm;

/// <summary>
/// The processes that compute on AMD's GPUs: a directory each, with a file for the memory on each GPU. The kernel removes the directory
/// before it frees the memory, so a missing entry proves nothing about the memory. The pid is that of the initial PID namespace.
/// </summary>
internal static class KfdProcesses
{
    // The inode of the initial PID namespace (PROC_PID_INIT_INO).
    private const string InitialNamespace = "pid:[4026531836]";

    /// <summary>Adds the processes with memory on the GPU. Other files (sdma_, stats_, pasid) may block or are being removed.</summary>
    public static void Read(GpuRoots roots, KfdGpu gpu, string uuid, GpuReadingBuilder reading)
    {
        var isForeign = IsInNamespace(roots);
        foreach (var directory in TextFile.TryList(Path.Combine(roots.Kfd, "proc")) ?? [])
        {
            var file = Path.Combine(directory, $"vram_{gpu.GpuId}");
            if (TextFile.PidOf(directory) is { } pid && File.Exists(file) && TextFile.TryReadNumber(file) is var bytes and not 0)
            {
                reading.AddHolder(uuid, pid, bytes, isForeign);
            }
        }
    }

    /// <summary>Whether the pids of KFD mean nothing to this process, because it is in a PID namespace of its own.</summary>
    public static bool IsInNamespace(GpuRoots roots)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Combine(roots.Proc, "self/ns/pid"), returnFinalTarget: false) is { } target
                && target.Name != InitialNamespace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

namespace TestReaper;

/// <summary>The kinds of resources that a server holds besides its processes.</summary>
public enum ReleaseResource
{
    /// <summary>A TCP port.</summary>
    Port,

    /// <summary>The lock of a file, see <see cref="ReapOptions.LockFiles"/>.</summary>
    Lock,

    /// <summary>Shared memory that outlives its creator, see <see cref="ReapOptions.RemoveSharedMemory"/>.</summary>
    SharedMemory,

    /// <summary>The memory of a GPU that the server used, see <see cref="ReapOptions.GpuReleaseTimeout"/>.</summary>
    Gpu,

    /// <summary>The pipes of the server's standard output and standard error.</summary>
    Output,

    /// <summary>The temporary files of the server.</summary>
    TempFiles,

    /// <summary>The files that were written for the server, see <see cref="ServerProcessOptions.Files"/>.</summary>
    Files,
}

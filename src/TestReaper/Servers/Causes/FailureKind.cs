namespace TestReaper;

/// <summary>Why a server failed, as far as its output, its exit and the system show. Later versions may add kinds.</summary>
public enum FailureKind
{
    /// <summary>Nothing that is known. <see cref="FailureCause.Evidence"/> has the first line that looks like an error.</summary>
    Unknown,

    /// <summary>Main memory: the kernel killed a process, or an allocation failed.</summary>
    OutOfMemory,

    /// <summary>The memory of a GPU.</summary>
    GpuOutOfMemory,

    /// <summary>The driver of the GPU does not fit the libraries of the server.</summary>
    DriverMismatch,

    /// <summary>The server needs a GPU and sees none, or one for which it has no code.</summary>
    NoUsableGpu,

    /// <summary>A shared library is missing or of another version.</summary>
    MissingLibrary,

    /// <summary>A module of the language is missing: a Python package, a Node module, a Java class, a .NET assembly.</summary>
    MissingModule,

    /// <summary>A model, another file or a program does not exist.</summary>
    MissingFile,

    /// <summary>Another process, or a connection in TIME_WAIT, holds a port or socket file.</summary>
    PortInUse,

    /// <summary>The hub refused the access to a model: no token, a wrong one, or a gated model.</summary>
    Unauthorized,

    /// <summary>The hub answered that there were too many requests.</summary>
    RateLimited,

    /// <summary>The hub or another host could not be reached.</summary>
    NetworkUnavailable,

    /// <summary>A file system or a quota is full, or a file reached the allowed size.</summary>
    DiskFull,

    /// <summary>The file system of the shared memory, <c>/dev/shm</c>, is full.</summary>
    SharedMemoryFull,

    /// <summary>A limit of this user or container on open files, threads, processes or watches.</summary>
    LimitReached,

    /// <summary>The user may not read, write, execute or bind something.</summary>
    PermissionDenied,

    /// <summary>The server rejects its command line or its configuration.</summary>
    BadArguments,

    /// <summary>The program has an instruction that this processor does not know.</summary>
    IllegalInstruction,
}

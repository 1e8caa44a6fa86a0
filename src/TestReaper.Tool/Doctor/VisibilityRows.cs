using TestReaper.Platform;

namespace TestReaper.Tool.Doctor;

/// <summary>What this user sees of processes and of what they leave.</summary>
internal static class VisibilityRows
{
    private const string SharedMemory = "/dev/shm", Queues = "/dev/mqueue";

    public static IEnumerable<DoctorRow> Find(IProcessPlatform platform)
    {
        yield return platform.Marks.ReadsAllEnvironments
            ? DoctorRow.Ok("environments", "this user reads the environment of each process")
            : new(
                "environments", RowState.Limited, "this user reads the environment of its own dumpable processes only",
                "Without a cgroup, a set-user-ID or undumpable process that leaves its parent and its session escapes the reap.",
                "Make the cgroup row ok, or run the tests as root.");
        var limits = platform.Processes.VisibilityLimits.TrimStart(';', ' ');
        yield return limits.Length == 0
            ? DoctorRow.Ok("/proc", "all processes of this PID namespace are visible")
            : new(
                "/proc", RowState.Limited, limits[..(limits.IndexOf(':') is > 0 and var end ? end : limits.Length)],
                "Processes of other users and undumpable ones are hidden: they are not reaped, and holders of ports are not named.",
                "Mount /proc without hidepid, or run the tests as root.");
        yield return platform.Facts?.IsInitialPidNamespace switch
        {
            true => DoctorRow.Ok("PID namespace", "that of the machine"),
            null => new(
                "PID namespace", RowState.Limited, "cannot be read", "Pids that GPU drivers report may mean nothing here.",
                "Mount /proc of this PID namespace."),
            false => new(
                "PID namespace", RowState.Limited, "one of a container",
                "Processes outside are not visible: holders of GPU memory there have no name, AMD's drivers and older ones of NVIDIA "
                + "report pids of the machine, and ledgers of other containers are kept for a day.",
                "Nothing, if no other container uses the GPUs; else start the container with --pid=host."),
        };
        yield return FindSharedMemory(platform);
        yield return platform.Facts?.FileSystemAt(Queues) is { } queues
            ? DoctorRow.Ok("message queues", $"{Queues} is mounted ({queues})")
            : new(
                "message queues", RowState.Limited, $"{Queues} is not mounted", "POSIX message queues that a server leaves stay.",
                "mount -t mqueue none /dev/mqueue, if a server uses them.");
    }

    private static DoctorRow FindSharedMemory(IProcessPlatform platform)
    {
        const string Name = "shared memory";
        var type = platform.Facts?.FileSystemAt(SharedMemory);
        var ipc = platform.Facts?.IsInitialIpcNamespace switch
        {
            true => "those of the machine",
            false => "those of a container's IPC namespace",
            null => "those of an unknown IPC namespace",
        };
        return platform.SharedMemory is not null && type is not null
            ? DoctorRow.Ok(Name, $"{SharedMemory} is mounted ({type}); System V segments are {ipc}")
            : new(
                Name, RowState.Limited, $"{SharedMemory} is not mounted", "Servers that need POSIX shared memory do not start.",
                "mount -t tmpfs none /dev/shm");
    }
}

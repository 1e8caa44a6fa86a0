using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper;

/// <summary>How a process tree is stopped, and how long each step may take.</summary>
/// <remarks>
/// A reap never takes longer than <see cref="GracePeriod"/> + <see cref="Timeout"/> + <see cref="ReleaseTimeout"/> +
/// <see cref="GpuReleaseTimeout"/>. Each is an upper bound, not a delay: a step ends as soon as its condition is met. The last output of a
/// server is read for up to a second more. A server that does not stop within <see cref="GracePeriod"/> is recorded for up to 10 s more
/// before it is killed (<see cref="ServerProcessOptions.FlightRecorder"/>).
/// The directories of <see cref="ServerProcessOptions.PrivateTemp"/> and <see cref="ServerProcessOptions.Files"/> are removed within what
/// is left of <see cref="ReleaseTimeout"/>.
/// </remarks>
public sealed record ReapOptions
{
    /// <summary>The signal that asks for an orderly stop. Default: SIGTERM. Raw signal numbers are accepted, except 0.</summary>
    public PosixSignal StopSignal { get; init; } = PosixSignal.SIGTERM;

    /// <summary>
    /// Whether <see cref="StopSignal"/> goes to every process of the tree at once. Default: false, to the root first, which is
    /// what servers that stop their own workers expect, and after <see cref="DrainPeriod"/> to what remains. Helpers such as
    /// Python's resource_tracker, which clean up when the others are gone, get it in neither case.
    /// </summary>
    public bool StopWholeTree { get; init; }

    /// <summary>
    /// How long the tree may take to stop in order before everything is killed. Default: 10 s. Zero kills at once. Servers with
    /// pinned host memory want 60 to 90 s. Range: zero to 24 days.
    /// </summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the rest of the tree may take to exit by itself after the root has exited. Then it also gets
    /// <see cref="StopSignal"/>. Default: 2 s. Zero sends it at once. Range: zero to 24 days; never longer than what is left
    /// of <see cref="GracePeriod"/>. It ends sooner when the tree is empty, or when nothing has exited for a second.
    /// </summary>
    /// <remarks>
    /// Workers detect the root's death by themselves, and helpers such as Python's resource_tracker remove shared memory when
    /// their pipes close. A signal at that moment interrupts their clean-up. Not used with <see cref="StopWholeTree"/>. The period
    /// begins when the last root exits: if a recorded root exited long before the reap, the rest gets no drain.
    /// </remarks>
    public TimeSpan DrainPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the tree may take from SIGKILL until all of it is gone. Default: 60 s. Range: more than zero, to 24 days.
    /// A warning is logged once at half of it, or after 10 s if that is sooner.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long ports, <see cref="LockFiles"/> and shared memory may stay held, counted from the moment the tree is gone. Default: 30 s.
    /// Zero checks once. Range: zero to 24 days.
    /// </summary>
    public TimeSpan ReleaseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the memory of the GPUs that the tree used may stay above what was used before the launch, counted from the moment the tree
    /// is gone. Default: 120 s. Zero checks once. Range: zero to 24 days.
    /// </summary>
    public TimeSpan GpuReleaseTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Files whose locks must be free before the reap is complete, such as a database's. Default: none.</summary>
    public IReadOnlyList<string> LockFiles { get; init; } = [];

    /// <summary>
    /// Whether shared memory that the tree has created and left behind is removed. Default: true. An object belongs to the tree if a
    /// process of the tree maps it, has it open or is named as its creator. Covered are POSIX segments and semaphores in
    /// /dev/shm, POSIX message queues where /dev/mqueue is mounted, and System V segments. An object that existed before the launch or
    /// that a living process has open is never removed, nor is a System V segment whose creator is a living process outside the tree.
    /// <see cref="ReapReport.Releases"/> names each object. If false, an object that is left behind fails the reap.
    /// </summary>
    /// <remarks>
    /// Source: proc_pid_maps(5), /proc/sysvipc/shm, and a write lease (fcntl(2), F_SETLEASE), which the kernel refuses while a
    /// process has the file open or mapped. System V semaphores and message queues are not tracked: the kernel does not record
    /// their creator. Without a mount of mqueue on /dev/mqueue (mq_overview(7)), POSIX message queues cannot be listed, and are left
    /// behind. A System V segment whose creator was gone before it could be identified is named and left alone: another program may
    /// have created it. Files in directories below /dev/shm and objects of other mount and IPC namespaces are not tracked either.
    /// </remarks>
    public bool RemoveSharedMemory { get; init; } = true;

    /// <summary>
    /// Programs of the tree that stay alive with everything below them: daemons that others use, such as build servers. They get no
    /// signal, the reap does not wait for them, and they are listed in <see cref="ReapReport.Spared"/>. Default: none.
    /// </summary>
    /// <remarks>
    /// A name without a slash is compared with the file name of the executable and of the first argument, and under an interpreter
    /// (dotnet, python, node, java, a shell and the like) with that of the script, module or class; with or without extension, in
    /// the same case. A full path is compared with the whole path. The root of a tree is never spared. If a process executes another
    /// program, that one counts. A process that a spared process has started stays spared when its parent ends, if it was seen before
    /// that or is in a session that a spared process created. Sources: proc_pid_cmdline(5), proc_pid_exe(5).
    /// </remarks>
    public IReadOnlyList<string> Spare { get; init; } = [];

    /// <exception cref="ArgumentOutOfRangeException">A time span is out of its range.</exception>
    internal void Validate()
    {
        Durations.RequireFinite(GracePeriod, nameof(GracePeriod), allowZero: true);
        Durations.RequireFinite(DrainPeriod, nameof(DrainPeriod), allowZero: true);
        Durations.RequireFinite(Timeout, nameof(Timeout), allowZero: false);
        Durations.RequireFinite(ReleaseTimeout, nameof(ReleaseTimeout), allowZero: true);
        Durations.RequireFinite(GpuReleaseTimeout, nameof(GpuReleaseTimeout), allowZero: true);
        foreach (var file in LockFiles ?? throw new ArgumentNullException(nameof(LockFiles)))
        {
            ArgumentException.ThrowIfNullOrEmpty(file, nameof(LockFiles));
        }

        foreach (var name in Spare ?? throw new ArgumentNullException(nameof(Spare)))
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(Spare));
            if (name.Contains('/') && !Path.IsPathRooted(name))
            {
                throw new ArgumentException(
                    $"'{name}' is neither a file name nor a full path. Write 'adb' or '/opt/sdk/adb'.", nameof(Spare));
            }
        }

        if (StopSignal == 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(StopSignal),
                StopSignal,
                "Signal 0 stops nothing. Use PosixSignal.SIGTERM, or a GracePeriod of zero to kill at once.");
        }
    }
}

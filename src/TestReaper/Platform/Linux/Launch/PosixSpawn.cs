using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

// Constraint: a server must be in its own session and cgroup before its first instruction, because everything that it forks inherits
// both. Process.Start offers neither. Between fork and exec only async-signal-safe functions may run, so managed code cannot do it in
// the child, and a launcher program is not an option: a shell drops environment variables whose names are not identifiers, adds its
// own, and turns a missing program into exit code 127.
//
// Scheme: posix_spawn(3) runs a list of prepared actions in the child (https://man7.org/linux/man-pages/man3/posix_spawn.3.html).
// POSIX_SPAWN_SETSID makes the session. For the cgroup, the child is held back at a gate: the first action that can block opens a FIFO
// (SpawnGate), another thread moves the child into its cgroup and then opens the gate (GatedSpawn). Without a cgroup there is no gate.
//
// Invariants:
// - Descriptors that show whether this host is alive (HostDescriptors) are closed before the gate: a child that waits there may outlive
//   the host, and the watchdog would wait for a dead one.
// - An exec passes on ignored and blocked signals. The child gets the default for all: the runtime ignores SIGPIPE, and a pipeline in
//   a script would not end. A helper keeps what this process ignores.
// - The pidfd is opened at once. Until then the child may exit and other code may collect it, and the pid is free for another process.
// - The parent waits in posix_spawn (vfork) until the exec: an error of the exec is a return value here, never an exit code.
// - If anything fails after the child exists, it is killed and collected, and its cgroup is removed.

/// <summary>Starts programs by posix_spawn(3) with POSIX_SPAWN_SETSID.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PosixSpawn
{
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSessionId = 0x80;

    // posix_spawn leaves the signals that libc uses for its threads (32 to 34) ignored in the child. Process.Start does not.
    private const ulong ThreadSignals = 0b111UL << (32 - 1);

    // SIGKILL and SIGSTOP have no other disposition.
    private const ulong AllSignals = ~((1UL << (9 - 1)) | (1UL << (19 - 1)));

    // Larger than posix_spawnattr_t and posix_spawn_file_actions_t of glibc and musl (336 and 80 bytes).
    private const int OpaqueSize = 1024;

    // In milliseconds; all pauses together take half a second.
    private const int LongestBusyPause = 256;

    /// <summary>
    /// Starts a program. A helper keeps the ignored signals of this process, because it may write to a pipe that this process has closed.
    /// It gets no descriptor that this process has open without close-on-exec, such as files of the user and locks on them.
    /// </summary>
    internal static LaunchedProcess Start(LaunchSpec plan, bool useCGroup, bool isHelper = false)
    {
        // ETXTBSY: another process, between its fork and its exec, holds a copy of the descriptor through which the program was written.
        for (var pause = 1; ; pause *= 2)
        {
            try
            {
                return StartOnce(plan, useCGroup, isHelper);
            }
            catch (LaunchException error) when (error.IsBusy && pause <= LongestBusyPause)
            {
                ThreadPause.For(TimeSpan.FromMilliseconds(pause));
            }
        }
    }

    private static LinuxChild StartOnce(LaunchSpec plan, bool useCGroup, bool isHelper)
    {
        using var output = Pipe.Create();
        using var error = Pipe.Create();
        using var input = plan.RedirectStandardInput ? Pipe.CreateInput() : null;
        var obstacle = "switched off";
        var cgroup = useCGroup ? CGroup.TryCreate(plan.Scope, out obstacle) : null;
        var (pid, pidfd) = (0, default(SafeFileHandle));
        try
        {
            (pid, pidfd) = cgroup is null
                ? Spawn(plan, input, output, error, gate: null, isHelper)
                : GatedSpawn.Run(plan.Scope, cgroup, gate => Spawn(plan, input, output, error, gate, isHelper), ref obstacle);
            var containment = obstacle.Length == 0 ? new Containment(cgroup) : new Containment(null, obstacle);
            if (containment.Container is null)
            {
                cgroup?.TryRemove();
            }

            return new LinuxChild(pid, pidfd, containment, output.TakeReadEnd(), error.TakeReadEnd(), input?.TakeWriteEnd());
        }
        catch
        {
            if (pid > 0)
            {
                LinuxChild.Kill(pid, pidfd, cgroup);
            }

            cgroup?.TryRemove();
            throw;
        }
    }

    private static (int Pid, SafeFileHandle? Pidfd) Spawn(
        LaunchSpec plan, Pipe? input, Pipe output, Pipe error, string? gate, bool isHelper)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        Check(LibC.posix_spawn_file_actions_init(actions), plan);
        Check(LibC.posix_spawnattr_init(attributes), plan);
        using var aliveness = HostDescriptors.Hold();
        try
        {
            using var memory = new NativeStrings();
            ResetSignals(attributes, plan, isHelper ? ThreadSignals : AllSignals);
            Check(LibC.posix_spawnattr_setflags(attributes, SetSessionId | SetSignalDefaults | SetSignalMask), plan);

            // Before any action that can block.
            foreach (var descriptor in aliveness.Numbers)
            {
                Check(LibC.posix_spawn_file_actions_addclose(actions, descriptor), plan);
            }

            if (gate is not null)
            {
                // Blocks in the child. The next action replaces it by the real standard input.
                Check(LibC.posix_spawn_file_actions_addopen(actions, 0, memory.Add(gate), OpenFlags.WriteOnly, 0), plan);
            }

            Check(input is null
                ? LibC.posix_spawn_file_actions_addopen(actions, 0, memory.Add("/dev/null"), OpenFlags.ReadOnly, 0)
                : LibC.posix_spawn_file_actions_adddup2(actions, input.ReadEnd, 0), plan);
            Check(LibC.posix_spawn_file_actions_adddup2(actions, output.WriteEnd, 1), plan);
            Check(LibC.posix_spawn_file_actions_adddup2(actions, error.WriteEnd, 2), plan);
            foreach (var descriptor in isHelper ? HostDescriptors.FindOpen() : [])
            {
                Check(LibC.posix_spawn_file_actions_addclose(actions, descriptor), plan);
            }

            Check(LibC.posix_spawn_file_actions_addchdir_np(actions, memory.Add(plan.WorkingDirectory)), plan);

            var argv = memory.AddArray([plan.Name, .. plan.Arguments]);
            var envp = memory.AddArray([.. plan.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
            int pid;
            Check(LibC.posix_spawn(&pid, memory.Add(plan.Executable), actions, attributes, argv, envp), plan);

            // At once: it may exit soon, and then other code may collect it.
            return (pid, Pidfd.OpenOwn(pid));
        }
        finally
        {
            _ = LibC.posix_spawnattr_destroy(attributes);
            _ = LibC.posix_spawn_file_actions_destroy(actions);
        }
    }

    private static void ResetSignals(void* attributes, LaunchSpec plan, ulong defaults)
    {
        const int SigSetSize = 128;
        var signals = stackalloc byte[SigSetSize];
        new Span<byte>(signals, SigSetSize).Clear();
        Check(LibC.posix_spawnattr_setsigmask(attributes, signals), plan);
        *(ulong*)signals = defaults;
        Check(LibC.posix_spawnattr_setsigdefault(attributes, signals), plan);
    }

    private static void Check(int error, LaunchSpec plan)
    {
        if (error != 0)
        {
            throw new LaunchException(Explain(error, plan)) { IsBusy = error == Errno.ETXTBSY };
        }
    }

    private static string Explain(int error, LaunchSpec plan) => error switch
    {
        Errno.ENOENT =>
            $"'{plan.Executable}' or the interpreter that it names (its #! line, its ELF loader) does not exist, " +
            $"or the working directory '{plan.WorkingDirectory}' has vanished.",
        Errno.EACCES or Errno.EPERM =>
            $"'{plan.Executable}' may not be executed by this user. Give it the executable bit (chmod +x), " +
            "and check that its file system is not mounted noexec.",
        Errno.ENOEXEC =>
            $"'{plan.Executable}' is not in a format that this system executes. Start a script with a #! line, " +
            "and a program with a build for this architecture.",
        Errno.E2BIG =>
            "the arguments and the environment together are larger than the system allows (getconf ARG_MAX). Pass long values in a file.",
        Errno.ETXTBSY => $"'{plan.Executable}' is open for writing in another process. Wait until it is copied or built.",
        Errno.EAGAIN or Errno.ENOMEM =>
            "the system is out of processes or memory (RLIMIT_NPROC, pids.max, or memory). Something may have leaked processes before.",
        _ => $"posix_spawn failed with errno {error}: {Marshal.GetPInvokeErrorMessage(error)}.",
    };
}

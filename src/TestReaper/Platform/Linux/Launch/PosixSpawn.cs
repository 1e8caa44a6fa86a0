using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>
/// posix_spawn(3) with POSIX_SPAWN_SETSID. No launcher stands between us and the program: a shell would drop environment
/// variables whose names are not identifiers, add its own, and turn a missing program into an exit code of 127.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PosixSpawn
{
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSessionId = 0x80;

    // posix_spawn leaves the signals that libc keeps for its threads (32 to 34) ignored in the child; fork, as in Process.Start, doesn't.
    private const ulong ThreadSignals = 0b111UL << (32 - 1);

    // SIGKILL and SIGSTOP have no other disposition.
    private const ulong AllSignals = ~((1UL << (9 - 1)) | (1UL << (19 - 1)));

    // Larger than posix_spawnattr_t and posix_spawn_file_actions_t of glibc and musl (336 and 80 bytes).
    private const int OpaqueSize = 1024;

    // In milliseconds; all pauses together take half a second.
    private const int LongestBusyPause = 256;

    /// <param name="plan">What to start.</param>
    /// <param name="useCGroup">Whether it gets a cgroup.</param>
    /// <param name="isHelper">
    /// Keeps the ignored signals of this process (a helper may write to a pipe that this one has left), and none of the descriptors
    /// that this process has open without close-on-exec: the user's files, locks on them.
    /// </param>
    internal static LaunchedProcess Start(LaunchSpec plan, bool useCGroup, bool isHelper = false)
    {
        // A program that was written just now is busy while any process holds a copy of that descriptor between its fork and its exec.
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
                SpawnedChild.Kill(pid, cgroup);
                pidfd?.Dispose();
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
        using var aliveness = HostDescriptors.Take();
        try
        {
            using var memory = new NativeStrings();
            ResetSignals(attributes, plan, isHelper ? ThreadSignals : AllSignals);
            Check(LibC.posix_spawnattr_setflags(attributes, SetSessionId | SetSignalDefaults | SetSignalMask), plan);
            // Before anything that could hold the child.
            foreach (var descriptor in aliveness.Numbers)
            {
                Check(LibC.posix_spawn_file_actions_addclose(actions, descriptor), plan);
            }

            if (gate is not null)
            {
                // Blocks in the child. The next action puts its real standard input over it.
                Check(LibC.posix_spawn_file_actions_addopen(actions, 0, memory.Add(gate), OpenFlags.WriteOnly, 0), plan);
            }

            Check(input is null
                ? LibC.posix_spawn_file_actions_addopen(actions, 0, memory.Add("/dev/null"), OpenFlags.ReadOnly, 0)
                : LibC.posix_spawn_file_actions_adddup2(actions, input.ReadEnd, 0), plan);
            Check(LibC.posix_spawn_file_actions_adddup2(actions, output.WriteEnd, 1), plan);
            Check(LibC.posix_spawn_file_actions_adddup2(actions, error.WriteEnd, 2), plan);
            foreach (var descriptor in isHelper ? HostDescriptors.Open() : [])
            {
                Check(LibC.posix_spawn_file_actions_addclose(actions, descriptor), plan);
            }

            Check(LibC.posix_spawn_file_actions_addchdir_np(actions, memory.Add(plan.WorkingDirectory)), plan);

            var argv = memory.AddArray([plan.Name, .. plan.Arguments]);
            var envp = memory.AddArray([.. plan.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
            int pid;
            Check(LibC.posix_spawn(&pid, memory.Add(plan.Executable), actions, attributes, argv, envp), plan);

            // At once: it may exit soon, and then others may collect it.
            return (pid, Pidfd.OpenOwn(pid));
        }
        finally
        {
            _ = LibC.posix_spawnattr_destroy(attributes);
            _ = LibC.posix_spawn_file_actions_destroy(actions);
        }
    }

    // An exec passes on what is ignored and what is blocked. The runtime ignores SIGPIPE: a pipeline in a script would not end.
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
            $"'{plan.Executable}' is in no format that this system executes. Start a script with a #! line, " +
            "and a program with a build for this architecture.",
        Errno.E2BIG =>
            "the arguments and the environment together are larger than the system allows (getconf ARG_MAX). Pass long values in a file.",
        Errno.ETXTBSY => $"'{plan.Executable}' is open for writing in another process. Wait until it is copied or built.",
        Errno.EAGAIN or Errno.ENOMEM =>
            "the system is out of processes or memory (RLIMIT_NPROC, pids.max, or memory). Something may have leaked processes before.",
        _ => $"posix_spawn failed with errno {error}: {Marshal.GetPInvokeErrorMessage(error)}.",
    };

}

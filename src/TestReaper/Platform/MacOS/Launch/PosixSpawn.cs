using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Launch;

// Constraint: a server must be in its own session before its first instruction, because everything that it forks inherits the session.
// Process.Start does not offer that. Between fork and exec only async-signal-safe functions may run, so managed code cannot do it in the
// child.
//
// Scheme: on macOS posix_spawn(2) is a system call that creates the process with a list of prepared actions
// (https://github.com/apple-oss-distributions/xnu/blob/main/bsd/sys/spawn.h). POSIX_SPAWN_SETSID makes the session,
// POSIX_SPAWN_CLOEXEC_DEFAULT closes every descriptor but those that an action sets, POSIX_SPAWN_SETSIGDEF and SETSIGMASK undo the
// ignored and blocked signals that an exec passes on.
//
// Invariants:
// - macOS has no containers. What leaves its parent, session and environment at once escapes, and the report says so.
// - An error of the exec is a return value here, never an exit code.
// - A helper keeps what this process ignores: it may write to a pipe that this process has closed.
// - If anything fails after the child exists, it is killed and collected.
// - The opaque types of posix_spawn are pointers that the C library allocates; both are freed on every path.

/// <summary>Starts programs by posix_spawn(2) with POSIX_SPAWN_SETSID.</summary>
internal static unsafe class PosixSpawn
{
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSessionId = 0x400, CloseByDefault = 0x4000;

    // A set is 32 bits, with signal 1 in the lowest. SIGKILL and SIGSTOP have no other disposition.
    private const uint AllSignals = ~((1U << (9 - 1)) | (1U << (17 - 1)));

    // In milliseconds; all pauses together take half a second.
    private const int LongestBusyPause = 256;

    /// <exception cref="LaunchException">The program cannot be started.</exception>
    internal static MacChild Start(LaunchSpec spec, bool isHelper)
    {
        // ETXTBSY: another process has the program open for writing, often only until its exec.
        for (var pause = 1; ; pause *= 2)
        {
            try
            {
                return StartOnce(spec, isHelper);
            }
            catch (LaunchException error) when (error.IsBusy && pause <= LongestBusyPause)
            {
                ThreadPause.For(TimeSpan.FromMilliseconds(pause));
            }
        }
    }

    private static MacChild StartOnce(LaunchSpec spec, bool isHelper)
    {
        using var output = Pipe.Create();
        using var error = Pipe.Create();
        using var input = spec.RedirectStandardInput ? Pipe.Create() : null;
        var pid = 0;
        try
        {
            pid = Spawn(spec, input, output, error, isHelper);
            return new MacChild(pid, output.TakeReadEnd(), error.TakeReadEnd(), input?.TakeWriteEnd());
        }
        catch when (pid > 0)
        {
            new MacChild(pid, Stream.Null, Stream.Null, input: null).Kill();
            throw;
        }
    }

    private static int Spawn(LaunchSpec spec, Pipe? input, Pipe output, Pipe error, bool isHelper)
    {
        nint actions = 0, attributes = 0;
        Check(LibSystem.posix_spawn_file_actions_init(&actions), spec);
        Check(LibSystem.posix_spawnattr_init(&attributes), spec);
        try
        {
            using var memory = new NativeStrings();
            uint none = 0, all = AllSignals;
            Check(LibSystem.posix_spawnattr_setsigmask(&attributes, &none), spec);
            Check(LibSystem.posix_spawnattr_setsigdefault(&attributes, isHelper ? &none : &all), spec);
            const short Flags = SetSessionId | SetSignalDefaults | SetSignalMask | CloseByDefault;
            Check(LibSystem.posix_spawnattr_setflags(&attributes, Flags), spec);

            Check(input is null
                ? LibSystem.posix_spawn_file_actions_addopen(&actions, 0, memory.Add("/dev/null"), OpenFlags.ReadOnly, 0)
                : LibSystem.posix_spawn_file_actions_adddup2(&actions, input.ReadEnd, 0), spec);
            Check(LibSystem.posix_spawn_file_actions_adddup2(&actions, output.WriteEnd, 1), spec);
            Check(LibSystem.posix_spawn_file_actions_adddup2(&actions, error.WriteEnd, 2), spec);
            Check(LibSystem.posix_spawn_file_actions_addchdir_np(&actions, memory.Add(spec.WorkingDirectory)), spec);

            var argv = memory.AddArray([spec.Name, .. spec.Arguments]);
            var envp = memory.AddArray([.. spec.Environment.Select(static variable => $"{variable.Key}={variable.Value}")]);
            int pid;
            Check(LibSystem.posix_spawn(&pid, memory.Add(spec.Executable), &actions, &attributes, argv, envp), spec);
            return pid;
        }
        finally
        {
            _ = LibSystem.posix_spawnattr_destroy(&attributes);
            _ = LibSystem.posix_spawn_file_actions_destroy(&actions);
        }
    }

    private static void Check(int error, LaunchSpec spec)
    {
        if (error != 0)
        {
            throw new LaunchException(Explain(error, spec)) { IsBusy = error == Errno.ETXTBSY };
        }
    }

    private static string Explain(int error, LaunchSpec spec) => error switch
    {
        Errno.ENOENT =>
            $"'{spec.Executable}' or the interpreter that it names (its #! line) does not exist, " +
            $"or the working directory '{spec.WorkingDirectory}' has vanished.",
        Errno.EACCES or Errno.EPERM =>
            $"'{spec.Executable}' may not be executed by this user. Give it the executable bit (chmod +x), " +
            "and check that its file system is not mounted noexec.",
        Errno.ENOEXEC or Errno.EBADEXEC or Errno.EBADARCH =>
            $"'{spec.Executable}' is not in a format that this system executes. Start a script with a #! line, " +
            "and a program with a build for this architecture.",
        Errno.E2BIG =>
            "the arguments and the environment together are larger than the system allows (getconf ARG_MAX). Pass long values in a file.",
        Errno.ETXTBSY => $"'{spec.Executable}' is open for writing in another process. Wait until it is copied or built.",
        Errno.EAGAIN or Errno.ENOMEM =>
            "the system is out of processes or memory (ulimit -u, or memory). Something may have leaked processes before.",
        _ => $"posix_spawn failed with errno {error}: {Marshal.GetPInvokeErrorMessage(error)}.",
    };
}

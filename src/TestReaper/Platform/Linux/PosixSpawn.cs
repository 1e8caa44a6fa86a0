using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace TestReaper.Platform.Linux;

/// <summary>
/// posix_spawn(3) with POSIX_SPAWN_SETSID. No launcher stands between us and the program: a shell would drop environment
/// variables whose names are not identifiers, add its own, and turn a missing program into an exit code of 127.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PosixSpawn
{
    private const short SetSignalDefaults = 0x04, SetSessionId = 0x80;

    // Larger than posix_spawnattr_t and posix_spawn_file_actions_t of glibc and musl (336 and 80 bytes).
    private const int OpaqueSize = 1024;

    /// <param name="plan">What to start.</param>
    /// <param name="useCGroup">Whether it gets a cgroup of its own.</param>
    /// <param name="inheritsDescriptors">Whether it gets what this process has open without close-on-exec: files of the user, locks on them.</param>
    internal static LaunchedProcess Start(LaunchPlan plan, bool useCGroup, bool inheritsDescriptors = true)
    {
        using var output = Pipe.Create();
        using var error = Pipe.Create();
        using var input = plan.RedirectStandardInput ? Pipe.CreateInput() : null;
        var obstacle = "switched off";
        var cgroup = useCGroup ? CGroup.TryCreate(plan.Scope, out obstacle) : null;
        try
        {
            var pid = cgroup is null
                ? Spawn(plan, input, output, error, gate: null, inheritsDescriptors ? [] : HostDescriptors.Open())
                : GatedSpawn.Run(plan.Scope, cgroup, gate => Spawn(plan, input, output, error, gate, []), ref obstacle);
            var containment = obstacle.Length == 0 ? new Containment(cgroup) : new Containment(null, obstacle);
            if (containment.Container is null)
            {
                cgroup?.TryRemove();
            }

            return new LinuxChild(pid, containment, output.TakeReadEnd(), error.TakeReadEnd(), input?.TakeWriteEnd());
        }
        catch
        {
            cgroup?.TryRemove();
            throw;
        }
    }

    private static int Spawn(LaunchPlan plan, Pipe? input, Pipe output, Pipe error, string? gate, IReadOnlyList<int> closed)
    {
        var actions = stackalloc byte[OpaqueSize];
        var attributes = stackalloc byte[OpaqueSize];
        Check(LibC.posix_spawn_file_actions_init(actions), plan);
        Check(LibC.posix_spawnattr_init(attributes), plan);
        using var aliveness = HostDescriptors.Take();
        try
        {
            using var memory = new NativeStrings();
            ResetThreadSignals(attributes, plan);
            Check(LibC.posix_spawnattr_setflags(attributes, SetSessionId | SetSignalDefaults), plan);
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
            foreach (var descriptor in closed)
            {
                Check(LibC.posix_spawn_file_actions_addclose(actions, descriptor), plan);
            }

            Check(LibC.posix_spawn_file_actions_addchdir_np(actions, memory.Add(plan.WorkingDirectory)), plan);

            var argv = memory.AddArray([plan.Name, .. plan.Arguments]);
            var envp = memory.AddArray([.. plan.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
            int pid;
            Check(LibC.posix_spawn(&pid, memory.Add(plan.Executable), actions, attributes, argv, envp), plan);
            return pid;
        }
        finally
        {
            _ = LibC.posix_spawnattr_destroy(attributes);
            _ = LibC.posix_spawn_file_actions_destroy(actions);
        }
    }

    // posix_spawn leaves the signals that libc keeps for its threads (32 to 34) ignored in the child; fork, as in Process.Start, doesn't.
    private static void ResetThreadSignals(void* attributes, LaunchPlan plan)
    {
        const int SigSetSize = 128;
        var signals = stackalloc byte[SigSetSize];
        new Span<byte>(signals, SigSetSize).Clear();
        *(ulong*)signals = 0b111UL << (32 - 1);
        Check(LibC.posix_spawnattr_setsigdefault(attributes, signals), plan);
    }

    private static void Check(int error, LaunchPlan plan)
    {
        if (error != 0)
        {
            throw new LaunchException(Explain(error, plan));
        }
    }

    private static string Explain(int error, LaunchPlan plan) => error switch
    {
        Errno.ENOENT => $"'{plan.Executable}' or the interpreter that it names (its #! line, its ELF loader) does not exist, or the working directory '{plan.WorkingDirectory}' has vanished.",
        Errno.EACCES or Errno.EPERM => $"'{plan.Executable}' may not be executed by this user. Give it the executable bit (chmod +x), and check that its file system is not mounted noexec.",
        Errno.ENOEXEC => $"'{plan.Executable}' is in no format that this system executes. Start a script with a #! line, and a program with a build for this architecture.",
        Errno.E2BIG => "the arguments and the environment together are larger than the system allows (getconf ARG_MAX). Pass long values in a file.",
        Errno.ETXTBSY => $"'{plan.Executable}' is open for writing in another process. Wait until it is copied or built.",
        Errno.EAGAIN or Errno.ENOMEM => "the system is out of processes or memory (RLIMIT_NPROC, pids.max, or memory). Something may have leaked processes before.",
        _ => $"posix_spawn failed with errno {error}: {Marshal.GetPInvokeErrorMessage(error)}.",
    };

    /// <summary>C strings that live as long as the call.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        internal byte* Add(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var block = Allocate(bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(block, bytes.Length));
            block[bytes.Length] = 0;
            return block;
        }

        internal byte** AddArray(IReadOnlyList<string> texts)
        {
            var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
            for (var i = 0; i < texts.Count; i++)
            {
                array[i] = Add(texts[i]);
            }

            array[texts.Count] = null;
            return array;
        }

        public void Dispose() => _blocks.ForEach(static block => NativeMemory.Free((void*)block));

        private byte* Allocate(int size)
        {
            var block = (byte*)NativeMemory.Alloc((nuint)size);
            _blocks.Add((nint)block);
            return block;
        }
    }
}

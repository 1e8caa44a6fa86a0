using TestReaper.Platform;
using TestReaper.Servers.Causes;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>What the system says has precedence over what the server wrote.</summary>
public sealed class CauseEvidenceTests
{
    private const string Shm = "/dev/shm", Cache = "/srv/cache";
    private static readonly ExitStatus Killed = new(137, 9), Failed = new(1, null);
    private static readonly MemoryKills OfServer = new("oom_kill in /c/testreaper-1/memory.events", IsOfServer: true, 1);
    private static readonly MemoryKills OfMachine = new("oom_kill in /proc/vmstat", IsOfServer: false, 2);

    [Fact(Timeout = 30_000)]
    public async Task A_kill_that_the_kernel_counted_in_the_server_beats_the_output()
    {
        await Task.CompletedTask;
        var lines = Lines("ModuleNotFoundError: No module named 'x'");

        var cause = Find(new CauseEvidence { Lines = lines, Exit = Failed, Kills = [OfServer] });

        Assert.Equal(FailureKind.OutOfMemory, cause.Kind);
        Assert.Equal(
            "The kernel killed a process of the server for lack of memory (oom_kill in /c/testreaper-1/memory.events).", cause.Evidence);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("process 1 terminated with signal SIGKILL", true)]
    [InlineData("[12-16 14:27:10] Exit code: -9", true)]
    [InlineData("  exitcode  : -9 (pid: 6774)", true)]
    [InlineData("Shard process was signaled to shutdown with signal 9 rank=1", true)]
    [InlineData("llama runner process has terminated: signal: killed", true)]
    [InlineData("Worker proc 3 died, exit code: -9", true)]
    [InlineData("/bin/sh: line 1:  4711 Killed                  python3 server.py", true)]
    [InlineData("Killed", true)]
    [InlineData("Worker VllmWorkerProcess pid 4711 died, exit code: -15", false)]
    [InlineData("killed 9 requests", false)]
    public async Task A_kill_elsewhere_on_the_machine_counts_if_a_process_of_the_server_got_SIGKILL(string line, bool counts)
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence { Lines = Lines(line), Exit = Failed, Kills = [OfMachine] });

        Assert.Equal(counts ? FailureKind.OutOfMemory : FailureKind.Unknown, cause.Kind);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("ERROR: Worker died, exit code: -9", "ModuleNotFoundError: No module named 'x'", FailureKind.MissingModule)]
    [InlineData("INFO: Child process 12 was terminated with signal SIGKILL", "KeyError: 3", FailureKind.Unknown)]
    [InlineData("WARNING: exit code: -9 of a probe", "KeyError: 3", FailureKind.Unknown)]
    [InlineData("ERROR: Worker died, exit code: -9", "/bin/sh: 1: nvcc: not found", FailureKind.OutOfMemory)]
    public async Task A_kill_elsewhere_does_not_beat_an_error_and_counts_only_for_a_statement(string killed, string other, FailureKind kind)
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence { Lines = Lines(killed, other), Exit = Failed, Kills = [OfMachine] });

        Assert.Equal(kind, cause.Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_death_by_a_signal_without_a_cause_names_the_signal()
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence { Exit = new(139, 11) });

        Assert.Equal((FailureKind.Unknown, "The server was killed by signal 11."), (cause.Kind, cause.Evidence));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_killed_root_is_out_of_memory_only_if_the_kernel_counted_a_kill()
    {
        await Task.CompletedTask;
        var killed = new CauseEvidence { Exit = Killed, Signal = FatalSignal.Kill };

        var cause = Find(killed with { Kills = [OfMachine] });
        Assert.Equal(FailureKind.OutOfMemory, cause.Kind);
        Assert.Contains("the kernel killed 2 processes for lack of memory while it ran (oom_kill in /proc/vmstat)", cause.Evidence,
            StringComparison.Ordinal);

        cause = Find(killed);
        Assert.Equal(FailureKind.Unknown, cause.Kind);
        Assert.Contains("The kernel has counted no kill for lack of memory", cause.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_signal_of_the_root_names_the_cause()
    {
        await Task.CompletedTask;
        var illegal = new CauseEvidence { Exit = new(132, 4), Signal = FatalSignal.IllegalInstruction };
        var size = new CauseEvidence { Exit = new(153, 25), Signal = FatalSignal.FileSize };
        var bus = new CauseEvidence { Exit = new(135, 7), Signal = FatalSignal.Bus };

        Assert.Equal(FailureKind.IllegalInstruction, Find(illegal).Kind);
        Assert.Contains("ulimit -f", Find(size).Hint, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Unknown, Find(bus).Kind);
        Assert.Equal(FailureKind.SharedMemoryFull, Find(bus with { Space = Full(Shm) }).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_disk_is_named_and_dev_shm_is_shared_memory()
    {
        await Task.CompletedTask;
        var noSpace = new CauseEvidence { Lines = Lines("OSError: [Errno 28] No space left on device"), Directories = ["/tmp", Cache] };

        var disk = Find(noSpace with { Space = Full(Cache) });
        Assert.Equal(FailureKind.DiskFull, disk.Kind);
        Assert.Contains($"The file system of {Cache} has 0 bytes left of 1.0 GiB.", disk.Evidence, StringComparison.Ordinal);

        var shared = Find(noSpace with { Space = Full(Shm) });
        Assert.Equal(FailureKind.SharedMemoryFull, shared.Kind);
        Assert.Contains("--shm-size", shared.Hint, StringComparison.Ordinal);
        Assert.Contains("Line 1 of the output: OSError", shared.Evidence, StringComparison.Ordinal);

        Assert.Equal(FailureKind.DiskFull, Find(noSpace).Kind);
        Assert.Equal(FailureKind.DiskFull, Find(noSpace with { Space = directory => Full(Shm)(directory) ?? Full(Cache)(directory) }).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_system_without_room_for_another_file_is_full()
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence
        {
            Lines = Lines("mkdir: cannot create directory '/tmp/x': No space left on device"),
            Directories = ["/tmp"],
            Space = _ => new FileSystemSpace(1 << 30, 1 << 29, 0),
        });

        Assert.Contains("The file system of /tmp has no room for another file (inodes).", cause.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_disk_is_mentioned_with_an_unknown_cause()
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence { Lines = Lines("KeyError: 3"), Directories = [Cache], Space = Full(Cache) });

        Assert.Equal(FailureKind.Unknown, cause.Kind);
        Assert.EndsWith($"The file system of {Cache} has 0 bytes left of 1.0 GiB.", cause.Evidence, StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("Error: listen EADDRINUSE: address already in use :::8117", 8117)]
    [InlineData("[Errno 98] error while attempting to bind on address ('::1', 8117, 0, 0): address already in use", 8117)]
    [InlineData("main: couldn't bind HTTP server socket, hostname: 127.0.0.1, port: 8117", 8117)]
    [InlineData("nginx: [emerg] bind() to [::]:8117 failed (98: Address already in use)", 8117)]
    [InlineData("E0109 19:34:35.166155 11 main.cc:245] failed to start GRPC service: Socket '0.0.0.0:8117' already in use", 8117)]
    [InlineData("OSError: [Errno 98] Address already in use", 9001)]
    public async Task The_holder_of_the_port_in_the_line_is_named_else_that_of_the_servers_ports(string line, int port)
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence
        {
            Lines = Lines(line),
            Ports = [9000, 9001],
            PortHolder = number => number == port ? $"Port {number} is held by process 12." : null,
        });

        Assert.Equal(FailureKind.PortInUse, cause.Kind);
        Assert.EndsWith($"Port {port} is held by process 12.", cause.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_held_port_is_the_cause_of_an_exit_without_a_word()
    {
        await Task.CompletedTask;
        var silent = new CauseEvidence { Ports = [9000], PortHolder = port => $"Port {port} is held by process 12." };

        Assert.Equal(FailureKind.PortInUse, Find(silent with { Exit = Failed }).Kind);
        Assert.Equal(FailureKind.Unknown, Find(silent).Kind);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_holders_of_the_GPU_are_asked_for_only_if_its_memory_is_short()
    {
        await Task.CompletedTask;
        var asked = 0;
        var evidence = new CauseEvidence
        {
            GpuHolders = () =>
            {
                asked++;
                return "GPU 0 is held by process 12.";
            },
        };

        Find(evidence with { Lines = Lines("KeyError: 3") });
        Assert.Equal(0, asked);

        var cause = Find(evidence with { Lines = Lines("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 MiB.") });
        Assert.EndsWith("GPU 0 is held by process 12.", cause.Evidence, StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task Workers_that_write_at_the_same_time_have_tracebacks_of_their_own()
    {
        await Task.CompletedTask;
        var cause = Find(new CauseEvidence
        {
            Lines = Lines(
                "(Worker pid=1) Traceback (most recent call last):",
                "(Worker pid=2) Traceback (most recent call last):",
                "(Worker pid=1)     raise OSError('No space left on device')",
                "(Worker pid=2) ValueError: broken pipe of a worker",
                "(Worker pid=1)     raise OSError('No space left on device')",
                "(Worker pid=1) ModuleNotFoundError: No module named 'flash_attn'"),
        });

        Assert.Equal((FailureKind.MissingModule, "A module is missing: flash_attn."), (cause.Kind, cause.Summary));
    }

    private static FailureCause Find(CauseEvidence evidence) => CauseFinder.Find(evidence);

    private static OutputLine[] Lines(params string[] lines) => [.. lines.Select((line, index) => new OutputLine(index + 1, line))];

    private static Func<string, FileSystemSpace?> Full(string full) => directory =>
        directory == full ? new FileSystemSpace(1 << 30, 0, 1000) : null;
}

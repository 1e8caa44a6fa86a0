using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.RealServers;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Real programs fail in the ways that the classification knows, and the exception has the cause.</summary>
public sealed class RealCauseTests : StartingServers
{
    private const long Gibi = 1L << 30;
    private static readonly IReadinessProbe Never = Readiness.Custom("the impossible", (_, _) => Task.FromResult(false));

    [SkippableFact(Timeout = 30_000)]
    public async Task A_missing_shared_library_is_named()
    {
        Programs.Require("cc");
        var directory = FilePath("library");
        var script =
            $"mkdir {directory} && cd {directory} && echo 'int f(void){{return 0;}}' > f.c"
            + " && echo 'int f(void); int main(void){return f();}' > m.c && cc -shared -fPIC -o libtestreaper-none.so f.c"
            + " && cc -o m m.c -L. -ltestreaper-none && rm libtestreaper-none.so && exec ./m";

        await FailsAsync(Shell(script), FailureKind.MissingLibrary, "A shared library cannot be loaded: libtestreaper-none.so.",
            "Line 1 of the output: ./m: error while loading shared libraries: libtestreaper-none.so:");
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_missing_module_is_named()
    {
        var python = Programs.Require("python3");

        await FailsAsync(Program(python, "-m", "no_such_server"), FailureKind.MissingModule, "A module is missing: no_such_server.",
            "No module named no_such_server");
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_holder_of_a_port_that_the_server_chose_itself_is_named()
    {
        var python = Programs.Require("python3");
        var port = FreePort.Next();
        using var holder = await Bystander.StartAsync("--listen", $"{port}");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the holder to listen");
        var script = $"import socket; socket.create_server(('127.0.0.1', {port}))";

        await FailsAsync(Program(python, "-c", script), FailureKind.PortInUse, "A port is in use.",
            "OSError: [Errno 98] Address already in use");

        // Node.js writes the number of the port.
        var node = Programs.Require("node");
        await FailsAsync(Program(node, "-e", $"require('net').createServer().listen({port}, '127.0.0.1')"), FailureKind.PortInUse,
            "A port is in use.", $"Port {port} is held by process {holder.Pid} ({TestProgram.Path} --registry ");
        holder.AssertAlive();
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("python3", "--no-such-option", "no-such-option")]
    [InlineData("nginx", "-Z", "")]
    [InlineData("node", "--no-such-option", "--no-such-option")]
    [InlineData("java", "-no-such-option", "-no-such-option")]
    public async Task A_wrong_argument_is_named(string program, string argument, string what)
    {
        var options = Program(Programs.Require(program), argument);

        var cause = await FailsAsync(options, FailureKind.BadArguments, "The server rejects its arguments", "");

        Contains(what, cause.Summary);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_wrong_argument_of_the_PyTorch_server_is_named()
    {
        PyTorchServer.Require();
        string[] command = [.. PyTorchServer.Command(1234), "--modelsize", "8"];

        await FailsAsync(Program(command[0], command[1..]), FailureKind.BadArguments,
            "The server rejects its arguments or its configuration: --modelsize 8.", "server.py: error: unrecognized arguments:");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_device_is_a_full_disk() =>
        await FailsAsync(Shell("exec dd if=/dev/zero of=/dev/full bs=4096 count=1"), FailureKind.DiskFull, "A disk is full.",
            "No space left on device");

    [SkippableFact(Timeout = 30_000)]
    public async Task The_full_file_system_is_named()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root to mount a file system");
        var place = Directory.CreateDirectory(FilePath("full")).FullName;
        Skip.IfNot(await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "none", place) == 0, "a tmpfs cannot be mounted");
        try
        {
            var options = Shell("head -c 1000000 /dev/zero > $TMPDIR/block") with
            {
                Environment = new Dictionary<string, string?> { ["TMPDIR"] = place },
            };

            await FailsAsync(options, FailureKind.DiskFull, "A disk is full.",
                $"The file system of {place} has 0 bytes left of 64.0 KiB.");
        }
        finally
        {
            await RunAsync("umount", "-l", place);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_may_not_grow_is_reported_by_its_signal()
    {
        var cause = await FailsAsync(Shell($"ulimit -f 1; exec dd if=/dev/zero of={FilePath("block")} bs=65536 count=8 status=none"),
            FailureKind.DiskFull, "A file reached the largest size that is allowed.", "The server was killed by signal 25.");

        Contains("ulimit -f", cause.Hint);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_program_without_the_executable_bit_is_a_lack_of_permission()
    {
        var script = FilePath("script");
        await File.WriteAllTextAsync(script, "#!/bin/sh\n");

        await FailsAsync(Shell(script), FailureKind.PermissionDenied, $"This user may not use something: {script}.", "Permission denied");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_does_not_exist_is_a_missing_file() =>
        await FailsAsync(Shell("no-such-server --port 1"), FailureKind.MissingFile,
            "A file, a model or a program does not exist: no-such-server.", "not found");

    [SkippableTheory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_illegal_instruction_is_reported_by_its_signal(bool isBelowShell)
    {
        var program = CProgram.Require("Servers/Causes/illegal.c");
        var options = isBelowShell ? Shell($"{program}; exit $?") : Program(program);

        await FailsAsync(options, FailureKind.IllegalInstruction, "The program has an instruction that this processor does not know.", "");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_a_process_kills_has_no_known_cause() =>
        await FailsAsync(Shell("echo loading; kill -9 $$"), FailureKind.Unknown, "unknown.",
            "The kernel has counted no kill for lack of memory");

    [Fact(Timeout = 30_000)]
    public async Task An_unknown_cause_shows_the_first_error_with_its_place_in_a_long_log()
    {
        const string Script =
            "echo loading; echo 'ValueError: 3 heads' >&2; i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); done; exit 3";

        var cause = await FailsAsync(Shell(Script), FailureKind.Unknown, "unknown.", "ValueError: 3 heads");

        Assert.Matches(@"The first line that looks like an error is: Line \d+ of the output: ", cause.Evidence);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_cause_of_a_server_that_still_runs_is_found_as_well() =>
        await FailsAsync(
            Shell("echo 'RuntimeError: CUDA out of memory.'; exec sleep 60") with { StartupTimeout = TimeSpan.FromSeconds(1) },
            FailureKind.GpuOutOfMemory, "The memory of a GPU is not enough.", "Line 1 of the output: RuntimeError");

    [Fact(Timeout = 30_000)]
    public async Task Secrets_in_the_cause_are_masked()
    {
        var options = Shell("echo \"Error: unknown flag: --key=$API_KEY\"; exit 1") with
        {
            Environment = new Dictionary<string, string?> { ["API_KEY"] = "s3cr3t-k3y" },
        };

        var cause = await FailsAsync(options, FailureKind.BadArguments, "--key=***", "--key=***");

        Assert.DoesNotContain("s3cr3t", cause.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 240_000)]
    public async Task A_rank_of_the_PyTorch_server_that_the_kernel_kills_is_out_of_memory()
    {
        PyTorchServer.Require();
        using var limit = MemoryLimit.Require(Gibi);
        string[] command = [.. limit.Prefix, .. PyTorchServer.Command(FreePort.Next()), "--rank-size", "4096"];

        var cause = await FailsAsync(Program(command[0], command[1..]) with { StartupTimeout = TimeSpan.FromMinutes(3) },
            FailureKind.OutOfMemory, "The main memory is not enough.", "the kernel killed");

        Contains("Raise the memory limit", cause.Hint);
    }

    private async Task<FailureCause> FailsAsync(ServerProcessOptions options, FailureKind kind, string summary, string evidence)
    {
        var failure = await FailAsync(options with { Readiness = Never });

        var cause = failure.Cause!;
        Assert.True(kind == cause.Kind, failure.Message);
        Contains(summary, cause.Summary);
        Contains(evidence, cause.Evidence);
        Contains($"{Environment.NewLine}{cause}{Environment.NewLine}", failure.Message);
        return cause;
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}

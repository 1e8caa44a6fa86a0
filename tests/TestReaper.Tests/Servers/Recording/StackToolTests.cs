using System.Diagnostics;
using System.Globalization;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>The tools that read stacks: which runs for which program, and what happens to one that hangs.</summary>
public sealed class StackToolTests
{
    private const string PythonScript = "import time; print('up', flush=True); time.sleep(600)";

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("eu-stack")]
    [InlineData("gdb")]
    public async Task The_stacks_of_a_C_program_are_recorded_and_it_runs_on(string tool)
    {
        using var process = await RecordedProcess.StartAsync(CProgram.Require("Servers/Recording/hang.c"));
        process.AddInstalled(tool);

        var text = await process.RecordAsync();

        Assert.Contains($"process {process.Pid}, by {tool}:", text, StringComparison.Ordinal);
        Assert.Contains("wait_for_the_model", text, StringComparison.Ordinal);
        Assert.Contains("load_weights", text, StringComparison.Ordinal);
        Assert.Equal('S', process.State);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task Without_a_tool_the_recording_says_what_to_install()
    {
        using var process = await RecordedProcess.StartAsync(CProgram.Require("Servers/Recording/hang.c"));

        var text = await process.RecordAsync();

        Assert.Contains("Install eu-stack (package elfutils) or gdb to see native stacks.", text, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_Python_program_is_read_by_py_spy_without_being_stopped()
    {
        using var process = await RecordedProcess.StartAsync(Programs.RequirePython(), "-c", PythonScript);
        process.AddScript("py-spy", "echo \"called with $*\"");
        process.AddScript("eu-stack", "echo 'not this one'");

        var text = await process.RecordAsync();

        Assert.Contains($"called with dump --nonblocking --pid {process.Pid}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not this one", text, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_Python_program_that_py_spy_cannot_read_is_read_as_a_native_one()
    {
        using var process = await RecordedProcess.StartAsync(Programs.RequirePython(), "-c", PythonScript);
        process.AddScript("py-spy", "echo 'Permission denied' >&2; exit 1");
        process.AddScript("eu-stack", "echo 'native stack'");

        var text = await process.RecordAsync();

        Assert.Contains("by py-spy, which exited with code 1:", text, StringComparison.Ordinal);
        Assert.Contains("Permission denied", text, StringComparison.Ordinal);
        Assert.Contains("native stack", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_that_hangs_is_killed_with_its_children_within_the_limit()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", "-c", "echo up; exec sleep 600");
        var pids = Path.Combine(process.Home, "pids");
        process.AddScript("eu-stack", $"echo partial; sleep 600 & echo $$ $! > {pids}; trap '' TERM; wait; sleep 600");
        var start = Stopwatch.GetTimestamp();

        var recording = process.RecordAsync(TimeSpan.FromSeconds(3));
        int[] tool = [];
        await Poll.UntilAsync(() => (tool = ReadPids(pids)).Length == 2, "the tool to start");
        await Poll.UntilAsync(() => LiveTrees.IsExcluded(IdentityOf(tool[0])), "the tool to be excluded from leaks");
        var text = await recording;

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(3.5));
        Assert.Contains("by eu-stack, killed after ", text, StringComparison.Ordinal);
        Assert.Contains("partial", text, StringComparison.Ordinal);
        await Poll.UntilAsync(() => tool.All(IsGone), "the tool and its child to be gone");
    }

    [SkippableFact(Timeout = 120_000)]
    public async Task A_process_does_not_stay_stopped_after_a_debugger_was_killed()
    {
        using var process = await RecordedProcess.StartAsync(CProgram.Require("Servers/Recording/hang.c"));
        var gdb = Programs.Require("gdb");
        process.AddScript("eu-stack", $"exec {gdb} -nx -batch -p $2 -ex 'shell sleep 600'");
        var wasStopped = false;

        var recording = process.RecordAsync(TimeSpan.FromSeconds(8));
        await Poll.UntilAsync(() => (wasStopped |= process.State == 't') || recording.IsCompleted, "the debugger to attach");
        await recording;

        Assert.True(wasStopped, "The debugger did not attach.");
        await Poll.UntilAsync(() => process.State == 'S', () => $"the process to run; its state is {process.State}");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("sleep 600")]
    [InlineData("exit 0")]
    public async Task A_process_that_a_tool_leaves_stopped_continues(string end)
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", "-c", "echo up; exec sleep 600");
        process.AddScript("eu-stack", $"kill -STOP $2; {end}");

        await process.RecordAsync(TimeSpan.FromSeconds(3));

        await Poll.UntilAsync(() => process.State == 'S', () => $"the process to run; its state is {process.State}");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_of_the_process_is_masked_in_what_a_tool_writes()
    {
        const string Key = "sk-tool-1414213562";
        using var process = await RecordedProcess.StartAsync(
            "/usr/bin/env", $"SERVER_TOKEN={Key}", "sh", "-c", "echo up; exec sleep 600");
        process.AddScript("eu-stack", "tr '\\0' '\\n' < /proc/$2/environ | grep SERVER_TOKEN | cut -d= -f2 | sed 's/^/frame /'");

        var text = await process.RecordAsync();

        Assert.Contains("frame ***", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_that_was_stopped_before_stays_so()
    {
        using var process = await RecordedProcess.StartAsync(CProgram.Require("Servers/Recording/hang.c"));
        process.AddInstalled("eu-stack");
        Assert.Equal(0, LibC.kill(process.Pid, LibC.SIGSTOP));
        await Poll.UntilAsync(() => process.State == 'T', "the process to stop");

        var text = await process.RecordAsync();

        Assert.Contains("state T (stopped by a signal)", text, StringComparison.Ordinal);
        Assert.Contains("wait_for_the_model", text, StringComparison.Ordinal);
        Assert.Equal('T', process.State);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_caller_can_end_a_recording()
    {
        using var process = await RecordedProcess.StartAsync("/bin/sh", "-c", "echo up; exec sleep 600");
        process.AddScript("eu-stack", "sleep 600");
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var start = Stopwatch.GetTimestamp();

        var text = await process.RecordAsync(cancellationToken: end.Token);

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.DoesNotContain("killed after 4.0 s", text, StringComparison.Ordinal);
        Assert.Contains($"== process {process.Pid}: sleep 600", text, StringComparison.Ordinal);
    }

    private static int[] ReadPids(string path) => File.Exists(path)
        ? [.. File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))]
        : [];

    private static ProcessIdentity IdentityOf(int pid)
    {
        Assert.Equal(ReadOutcome.Read, ProcessPlatform.Current.Processes.TryRead(pid, out var entry));
        return entry.Identity;
    }

    private static bool IsGone(int pid) =>
        ProcessPlatform.Current.Processes.TryRead(pid, out var entry) != ReadOutcome.Read || entry.IsGone;
}

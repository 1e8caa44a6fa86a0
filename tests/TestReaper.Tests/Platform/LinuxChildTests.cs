using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Reaping;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed partial class LinuxChildTests : RealTrees
{
    private static readonly Dictionary<string, string> Variables = new() { ["PATH"] = "/usr/bin:/bin" };

    [Theory(Timeout = 30_000)]
    [InlineData("exit 3", 3, null)]
    [InlineData("kill -s TERM $$", 143, 15)]
    public async Task The_exit_status_is_known_even_if_other_code_has_collected_the_child(string script, int code, int? signal)
    {
        var child = Launch("/bin/sh", "-c", $"read line; {script}");
        Assert.Null(child.PeekExit());

        child.StandardInput!.Dispose();
        await Poll.UntilAsync(() => ProcStat.StateOf(child.Identity.Pid) == 'Z', "the child to exit");
        Assert.Equal(child.Identity.Pid, waitpid(child.Identity.Pid, 0, 0));

        Assert.Equal(PidfdExit.IsAvailable ? new ExitStatus(code, signal) : new ExitStatus(null, null), child.PeekExit());
        child.Collect();
    }

    /// <summary>The fallback for kernels that lose the exit status when the process is collected.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_recorder_has_the_exit_before_the_child_is_collected()
    {
        var child = Launch("/bin/sh", "-c", "read line; exit 4");
        var recorder = ExitRecorder.TryStart(new WaitTarget(child.Identity.Pid, Pidfd.OpenOwn(child.Identity.Pid)))!;

        child.StandardInput!.Dispose();
        ExitStatus? exit = null;
        await Poll.UntilAsync(() => (exit = recorder.Exit()) is not null, "the recorder to see the exit");

        Assert.Equal(new ExitStatus(4, null), exit);
        Assert.Equal(new ExitStatus(4, null), child.PeekExit());
        child.Collect();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_CPU_time_of_the_exited_child_and_of_those_it_waited_for_is_known_until_it_is_collected()
    {
        const string Burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        var child = Launch("/bin/sh", "-c", $"({Burn}); {Burn}; read line");
        Assert.Null(child.PeekCpuTime());

        child.StandardInput!.Dispose();
        await Poll.UntilAsync(() => ProcStat.StateOf(child.Identity.Pid) == 'Z', "the child to exit");
        var own = ProcStat.CpuTimeOf(child.Identity.Pid)!.Value;
        var all = child.PeekCpuTime()!.Value;
        child.Collect();

        Assert.True(own > TimeSpan.FromMilliseconds(10), $"The child has used {own}.");
        Assert.InRange(all, own * 1.3, own * 4);
        Assert.Null(child.PeekCpuTime());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handle_reports_whether_the_pid_is_still_in_use()
    {
        var child = Launch("/bin/sh", "-c", "read line");
        using var handle = ProcessPlatform.Current.Control.Open(child.Identity);
        Assert.True(handle.HoldsPid);

        child.StandardInput!.Dispose();
        await Poll.UntilAsync(handle.IsGone, "the child to exit");
        Assert.True(handle.HoldsPid);

        child.Collect();
        Assert.False(handle.HoldsPid);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_that_fails_after_the_launch_leaves_nothing()
    {
        var child = Launch(TestProgram.Path, "--registry", Registry.Directory, "--role", "root", "--children", "3");
        await Registry.WaitForAsync(4);

        child.Kill();

        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(5));
        Assert.Equal(137, child.PeekExit()?.Code);
        Assert.Null(ProcStat.StateOf(child.Identity.Pid));
        child.Containment.Container?.TryRemove();
    }

    /// <summary>The thread that has taken the pipes uses their numbers, which another file may get once they are closed.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Killing_a_child_leaves_its_output_open_for_the_thread_that_has_taken_it()
    {
        var child = Launch("/bin/sh", "-c", "echo last words; exec sleep 1000");
        using var output = child.TakeOutput();
        await Poll.UntilAsync(() => output.Wait(0), "the output");

        child.Kill();

        var buffer = new byte[100];
        Assert.Null(ProcStat.StateOf(child.Identity.Pid));
        Assert.Equal("last words\n", Encoding.ASCII.GetString(buffer, 0, output.Read(0, buffer)));
        Assert.Empty(output.HeldOpen());
        child.Containment.Container?.TryRemove();
    }

    /// <summary>A gone member stays a zombie until it is collected. After that its pid may be reused.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_gone_member_is_not_read_again_until_it_is_collected()
    {
        var child = Launch("/bin/sh", "-c", "read line");
        using var tree = new TreeTracker(ProcessPlatform.Current, "0123456789abcdef");
        var member = tree.AddLaunched(child.Identity);
        tree.Observe(keepGone: true);
        child.StandardInput!.Dispose();
        await Poll.UntilAsync(() => tree.Observe(keepGone: true).Living == 0, "the child to exit");
        var gone = new UnrelatedProcessCache(pid => pid == child.Identity.Pid && member.Handle.HoldsPid ? member.LastEntry : null);

        Assert.True(gone.TryGet(child.Identity.Pid, 0, out var entry, out _));
        Assert.Equal((child.Identity, true), (entry.Identity, entry.IsGone));

        child.Collect();
        Assert.False(gone.TryGet(child.Identity.Pid, 0, out _, out _));
    }

    /// <summary>A terminal library forks on its own thread (forkpty). The child belongs to this process and is not an orphan.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_child_of_another_thread_counts_as_started_here()
    {
        await Task.CompletedTask;
        var (launched, end) = (new TaskCompletionSource<LaunchedProcess>(), new ManualResetEventSlim());
        var platform = new LinuxPlatform(useCGroup: false);
        new Thread(() =>
        {
            launched.SetResult(Launch("/bin/sleep", platform, "1000"));
            end.Wait();
        })
        { IsBackground = true }.Start();
        var child = await launched.Task;

        Assert.True(platform.Children.IsStartedHere(child.Identity.Pid));
        Assert.False(platform.Children.IsStartedHere(1));
        end.Set();
        child.Kill();
    }

    private static LaunchedProcess Launch(string program, params string[] arguments) => Launch(program, ProcessPlatform.Current, arguments);

    private static LaunchedProcess Launch(string program, IProcessPlatform platform, params string[] arguments) =>
        platform.Launcher.Launch(new LaunchSpec(program, arguments, Variables, "/", ScopeId.New(), RedirectStandardInput: true));

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, nint status, int options);
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Reaping;

/// <summary>
/// A member runs first.sh until it executes second.sh, which starts a registered process. The program that it runs at the reap decides
/// whether it is spared.
/// </summary>
public sealed class SpareExecTests : RealTrees
{
    private readonly ConcurrentQueue<int> _named = [];
    private int _samples;

    private string Go => Path.Combine(Registry.Directory, ".go");

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_executes_a_spared_program_is_spared()
    {
        using var root = StartRoot();
        var member = await MemberAsync();
        using var tree = Tree(root, "second.sh");
        using (new TreeSampler(tree, ProcessPlatform.Current))
        {
            await WaitForSamplesAsync();
            Assert.Empty(tree.Spared);

            await ExecuteAsync();
            await Poll.UntilAsync(() => IsSpared(tree, member), "a sample to see the exec");
        }

        var report = Reap(tree);

        Registry.AssertAlive("below", 1);
        Assert.True(ProcStat.StateOf(root.Id) is null or 'Z');
        Assert.Contains(report.Spared, process => process.ProcessId == member);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_executes_another_program_is_not_spared_any_more()
    {
        using var root = StartRoot();
        var member = await MemberAsync();
        using var tree = Tree(root, "first.sh");
        using (new TreeSampler(tree, ProcessPlatform.Current))
        {
            await Poll.UntilAsync(() => IsSpared(tree, member), "a sample to see the first program");
            await ExecuteAsync();
        }

        var report = Reap(tree);

        Registry.AssertNoneAlive();
        Assert.Empty(report.Spared);
        Assert.Contains(report.Processes, process => process.ProcessId == member);
    }

    [Fact(Timeout = 30_000)]
    public async Task Samples_read_the_name_of_a_member_once_an_exec()
    {
        using var root = StartRoot();
        var member = await MemberAsync();
        using var tree = Tree(root, "another");
        using (new TreeSampler(tree, ProcessPlatform.Current))
        {
            await WaitForSamplesAsync();
            Assert.Equal(1, _named.Count(pid => pid == member));

            await ExecuteAsync();
            await WaitForSamplesAsync();

            // A sample in the middle of the exec sees an image of its own.
            Assert.InRange(_named.Count(pid => pid == member), 2, 3);
        }

        Reap(tree);

        Registry.AssertNoneAlive();
    }

    private static bool IsSpared(TreeTracker tree, int pid) => tree.Spared.Any(member => member.Identity.Pid == pid);

    private static ReapReport Reap(TreeTracker tree) =>
        new ReapPipeline(new ReapRequest(ProcessPlatform.Current, tree, AtOnce, NullLogger.Instance, TimeProvider.System))
            .Run(CancellationToken.None);

    private Process StartRoot()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Registry.Directory, ".scripts")).FullName;
        File.WriteAllText(
            Path.Combine(directory, "first.sh"),
            "echo $$ > \"$0.pid\"; while [ ! -e \"$1\" ] && [ -d \"${1%/*}\" ]; do /bin/sleep 0.01; done; shift; exec /bin/sh \"$@\"");
        File.WriteAllText(Path.Combine(directory, "second.sh"), "\"$@\" & wait");
        const string Root = "cd \"$1\"; shift; /bin/sh first.sh \"$@\" & wait";
        return Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", Root, "root", directory, Go, "second.sh", TestProgram.Path, "--registry", Registry.Directory, "--role", "below"]))!;
    }

    private TreeTracker Tree(Process root, string spared)
    {
        var isSpared = SparedSubtrees.ByName(ProcessPlatform.Current, [spared])!;
        var tree = new TreeTracker(ProcessPlatform.Current, scope: null)
        {
            Spare = entry =>
            {
                _named.Enqueue(entry.Pid);
                return isSpared(entry);
            },
        };
        tree.AddRoot(new ProcessIdentity(root.Id, ProcStat.StartTimeOf(root.Id)!.Value));
        tree.Sampled += _ => Interlocked.Increment(ref _samples);
        return tree;
    }

    private async Task<int> MemberAsync()
    {
        var file = Path.Combine(Registry.Directory, ".scripts", "first.sh.pid");
        await Poll.UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the first program");
        return int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
    }

    private async Task ExecuteAsync()
    {
        await File.WriteAllTextAsync(Go, "");
        await Registry.WaitForAsync(1, "below");
    }

    private async Task WaitForSamplesAsync()
    {
        var before = Volatile.Read(ref _samples);
        await Poll.UntilAsync(() => Volatile.Read(ref _samples) >= before + 5, "five samples");
    }
}

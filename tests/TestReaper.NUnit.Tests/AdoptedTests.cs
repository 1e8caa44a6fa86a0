using NUnit.Framework;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

/// <summary>In this assembly, because the subreaper is process-wide and no other test runs here at the same time.</summary>
public sealed class AdoptedTests : FixtureTest
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_daemon_of_a_reaped_server_is_not_attributed_to_another_server()
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var left = await ServerProcess.StartAsync(Server("left"));
        await using (await ServerProcess.StartAsync(Server("reaped", "--daemon")))
        {
            // The daemon is newer than the other server, and a child of this process only.
            await Registry.WaitForAsync(1, "daemon");
        }

        var report = await left.ReapAsync();

        Assert.That(report.Processes.Select(process => process.ProcessId), Is.EqualTo([left.ProcessId]));
        Registry.AssertNoneAlive();
    }

    /// <summary>A terminal library starts such a child (forkpty). When the starting thread ends, the child looks adopted.</summary>
    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(30_000)]
    public async Task A_child_that_native_code_started_in_its_own_session_survives_and_is_named(bool endsThread)
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var server = await ServerProcess.StartAsync(Server("left"));
        var plan = new LaunchSpec("/bin/sleep", ["1000"], new Dictionary<string, string>(), "/", Scope: "", RedirectStandardInput: false);
        LaunchedProcess Launch() => ProcessPlatform.Current.Launcher.LaunchHelper(plan);
        var child = endsThread ? await OnEndedThreadAsync(Launch) : Launch();
        try
        {
            var report = await server.ReapAsync();

            Assert.That(child.PeekExit(), Is.Null);
            Assert.That(report.Processes.Select(process => process.ProcessId), Is.EqualTo([server.ProcessId]));
            if (endsThread)
            {
                var note = $"process {child.Identity.Pid}, which native code of this process may have started";
                Assert.That(report.Mechanism, Does.Contain(note));
            }
        }
        finally
        {
            child.Kill();
            child.Collect();
        }
    }

    /// <summary>The session leader exits, and its child is adopted. The reaper has never seen a member of that session.</summary>
    [Test]
    [CancelAfter(30_000)]
    public async Task An_orphan_of_such_a_child_survives()
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var server = await ServerProcess.StartAsync(Server("left"));
        string[] arguments = ["-c", "\"$0\" --registry \"$1\" --role orphan & read line", TestProgram.Path, Registry.Directory];
        var plan = new LaunchSpec("/bin/sh", arguments, new Dictionary<string, string>(), "/", Scope: "", RedirectStandardInput: true);
        var shell = ProcessPlatform.Current.Launcher.LaunchHelper(plan);
        await Registry.WaitForAsync(1, "orphan");
        var samples = 0;
        var tree = Processes.LiveTrees.All.Single(tree => tree.Tree.Members.Any(member => member.Identity.Pid == server.ProcessId)).Tree;
        tree.Sampled += _ => samples++;
        await Poll.UntilAsync(() => samples >= 2, "two samples");
        shell.StandardInput!.Dispose();
        await Poll.UntilAsync(() => shell.PeekExit() is not null, "the shell to exit");
        shell.Collect();

        await server.ReapAsync();

        Registry.AssertAlive("orphan", 1);
    }

    private static Task<LaunchedProcess> OnEndedThreadAsync(Func<LaunchedProcess> launch)
    {
        LaunchedProcess? launched = null;
        var thread = new Thread(() => launched = launch());
        thread.Start();
        thread.Join();
        return Task.FromResult(launched!);
    }
}

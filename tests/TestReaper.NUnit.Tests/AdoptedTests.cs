using NUnit.Framework;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.NUnit.Tests;

/// <summary>Here and not among the core's tests, since the subreaper is process-wide, and here no other test runs meanwhile.</summary>
public sealed class AdoptedTests : FixtureTest
{
    [Test]
    [CancelAfter(30_000)]
    public async Task A_daemon_of_a_reaped_server_is_not_taken_for_one_of_the_server_that_is_left()
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var left = await ServerProcess.StartAsync(Server("left"));
        await using (await ServerProcess.StartAsync(Server("reaped", "--daemon")))
        {
            // Newer than the server that is left, and nobody's child but this process's.
            await Registry.WaitForAsync(1, "daemon");
        }

        var report = await left.ReapAsync();

        Assert.That(report.Processes.Select(process => process.ProcessId), Is.EqualTo([left.ProcessId]));
        Registry.AssertNoneAlive();
    }

    /// <summary>As a terminal library does (forkpty). The thread that has started it ends, and so the child looks adopted.</summary>
    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(30_000)]
    public async Task A_child_that_native_code_has_started_in_its_own_session_lives_and_is_named(bool endsThread)
    {
        Assert.That(Subreaper.Enable(), Is.True);
        await using var server = await ServerProcess.StartAsync(Server("left"));
        var plan = new LaunchSpec("/bin/sleep", ["1000"], new Dictionary<string, string>(), "/", Scope: "", RedirectStandardInput: false);
        var child = endsThread ? await OnEndedThreadAsync(() => ProcessPlatform.Current.Launcher.LaunchHelper(plan)) : ProcessPlatform.Current.Launcher.LaunchHelper(plan);
        try
        {
            var report = await server.ReapAsync();

            Assert.That(child.PeekExit(), Is.Null);
            Assert.That(report.Processes.Select(process => process.ProcessId), Is.EqualTo([server.ProcessId]));
            if (endsThread)
            {
                Assert.That(report.Mechanism, Does.Contain($"process {child.Identity.Pid}, which native code of this process may have started"));
            }
        }
        finally
        {
            child.Kill();
            child.Collect();
        }
    }

    /// <summary>Its leader ends, and what was below it is adopted, in a session that the reaper has never seen a member in.</summary>
    [Test]
    [CancelAfter(30_000)]
    public async Task What_such_a_child_leaves_behind_lives()
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
        await Poll.UntilAsync(() => samples >= 2, "two looks");
        shell.StandardInput!.Dispose();
        await Poll.UntilAsync(() => shell.PeekExit() is not null, "the shell to end");
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

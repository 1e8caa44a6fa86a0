using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: waits for the exit, and checks whether the process has exited.</summary>
public sealed class DiscardedProcessExitTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Bounded_wait_with_an_ignored_result_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = [|Process.Start("server")|]; p.WaitForExit(5000); }
        }
        """);

    [Fact]
    public Task Own_helper_only_waits_for_the_port_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public async Task A() { var p = [|Process.Start("server")|]; await Ready(p); }
            static async Task Ready(Process p)
            {
                while (p.HasExited == false) { await Task.Delay(1); if (p.StartTime > DateTime.Now) return; }
            }
        }
        """);

    [Fact]
    public Task Waits_to_the_end_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public async Task A() { var p = Process.Start("dotnet", "run"); await p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Asserted_bounded_wait_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { var p = [|Process.Start("tool")|]; Assert.True(p.WaitForExit(5000)); }
        }
        """);

    [Fact]
    public Task Exit_code_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                using var p = Process.Start("tool");
                Assert.Equal(0, p.ExitCode);
            }
        }
        """);

    [Fact]
    public Task Polls_its_end_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("tool"); while (!p.HasExited) Thread.Sleep(1); }
        }
        """);

    [Fact]
    public Task Exited_event_sets_a_task_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var done = new TaskCompletionSource();
                var p = new Process { StartInfo = new("tool"), EnableRaisingEvents = true };
                p.Exited += (_, _) => done.TrySetResult();
                p.Start();
                await done.Task;
            }
        }
        """);

    [Fact]
    public Task Yields_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static IEnumerable<Process> Go() { yield return Process.Start("a"); }
            [Fact] public void A() { foreach (var p in Go()) p.Kill(true); }
        }
        """);

    [Fact]
    public Task Wait_with_a_token_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                using var cts = new CancellationTokenSource(1000);
                var p = Process.Start("tool");
                try { await p.WaitForExitAsync(cts.Token); } catch (OperationCanceledException) { p.Kill(true); throw; }
            }
        }
        """);

    [Fact]
    public Task Ends_only_on_failure_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = [|Process.Start("server")|];
                try { await File.ReadAllTextAsync("x"); } catch { p.Kill(true); p.WaitForExit(); throw; }
            }
        }
        """);

    [Fact]
    public Task A_server_that_may_be_shut_down_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact] public void A() { [|Process.Start("server", "--allow-shutdown-hook false --name shutdowns")|]; }
        }
        """);

    [Fact]
    public Task Asserted_to_have_ended_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Test]
            public void A()
            {
                var p = Process.Start("victim");
                new Killer().KillAll("victim");
                Assert.IsTrue(p.HasExited);
            }
        }
        class Killer { public void KillAll(string name) { } }
        """, Framework.NUnit);

    [Fact]
    public Task Asserted_to_run_still_Triggers() => TriggersAsync(
        """
        class T
        {
            [Test] public void A() { var p = [|Process.Start("victim")|]; Assert.AreEqual(false, p.HasExited); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Exit_completes_a_task_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var ended = new TaskCompletionSource<int>();
                var p = new Process { StartInfo = new("tool"), EnableRaisingEvents = true };
                p.Exited += (_, _) => ended.TrySetResult(p.ExitCode);
                p.Start();
                Assert.Equal(0, await ended.Task);
            }
        }
        """);
}

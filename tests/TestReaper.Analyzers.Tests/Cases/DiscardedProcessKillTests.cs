using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: processes that are killed.</summary>
public sealed class DiscardedProcessKillTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Kill_in_finally_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("server");
                try { await Task.Delay(1); } finally { p.Kill(entireProcessTree: true); await p.WaitForExitAsync(); }
            }
        }
        """);

    [Fact]
    public Task Conditional_kill_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { Process p = null; try { p = Process.Start("server"); } finally { p?.Kill(true); } }
        }
        """);

    [Fact]
    public Task Own_helper_kills_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); try { } finally { Stop(p); } }
            static void Stop(Process p) { if (p is { HasExited: false }) p.Kill(true); }
        }
        """);

    [Fact]
    public Task Extension_kills_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class E { public static void StopTree(this Process p) { p.Kill(true); } }
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); p?.StopTree(); }
        }
        """);

    [Fact]
    public Task List_of_processes_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var all = new List<Process>();
                try
                {
                    all.Add(Process.Start("a"));
                    all.Add(Process.Start("b"));
                }
                finally
                {
                    foreach (var p in all) { p.Kill(true); }
                }
            }
        }
        """);

    [Fact]
    public Task For_each_lambda_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var all = Enumerable.Range(0, 3).Select(i => Process.Start("a")).ToList();
                all.ForEach(p => p.Kill(true));
            }
        }
        """);

    [Fact]
    public Task Pattern_variable_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { if (Process.Start("server") is { } p) { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Killed_by_pid_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); Process.Start("kill", $"-9 {p.Id}"); }
        }
        """);

    [Fact]
    public Task Killed_by_pid_in_a_local_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); var pid = p.Id; Native(pid); }
            static void Native(int pid) => Process.GetProcessById(pid).Kill(true);
        }
        """);

    [Fact]
    public Task Interlocked_local_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                Process p = Process.Start("server");
                Interlocked.Exchange(ref p, null)?.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Switch_expression_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = DateTime.Now.Day switch { 1 => Process.Start("a"), _ => Process.Start("b") };
                p.Kill(true);
            }
        }
        """);
}

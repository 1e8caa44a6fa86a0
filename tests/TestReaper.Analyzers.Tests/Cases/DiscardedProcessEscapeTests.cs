using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: processes that are passed on, or that the type does not start.</summary>
public sealed class DiscardedProcessEscapeTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Passed_to_an_owner_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Owner(Process p) { public Process P => p; }
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); var o = new Owner(p); }
        }
        """);

    [Fact]
    public Task Tracked_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Reaper
        {
            public void Record(Process p) { All.Add(p); }
            public List<Process> All = new();
        }
        class T
        {
            Reaper _reaper = new();
            [Fact] public void A() { _reaper.Record(Process.Start("server")); }
        }
        """);

    [Fact]
    public Task Returned_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class S
        {
            public static Process Go() => Process.Start("server");
            public static async Task<(Process, int)> Both()
            {
                var p = Process.Start("server");
                await Task.Delay(1);
                return (p, 2);
            }
        }
        """);

    [Fact]
    public Task Array_of_processes_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var all = new[] { Process.Start("a"), Process.Start("b") };
                await Task.WhenAll(all.Select(p => p.WaitForExitAsync()));
            }
        }
        """);

    [Fact]
    public Task Found_process_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.GetProcessById(1);
                var me = Process.GetCurrentProcess();
                foreach (var q in Process.GetProcessesByName("x")) Console.WriteLine(q.Id);
            }
        }
        """);

    [Fact]
    public Task Injected_process_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T { public static void Go(Process p) { p.Start(); } }
        """);

    [Fact]
    public Task Expected_to_fail_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                Assert.Throws<Exception>(() => Process.Start("missing"));
                Func<Process> f = () => Process.Start("missing");
            }
        }
        """);

    [Fact]
    public Task End_of_input_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("cat"); p.StandardInput.Close(); }
        }
        """);

    [Fact]
    public Task Disposable_action_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static IDisposable Go() { var p = Process.Start("server"); return new Act(() => p.Kill(true)); }
            class Act(Action a) : IDisposable
            {
                public void Dispose() => a();
            }
        }
        """);

    [Fact]
    public Task Never_starts_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = new Process { StartInfo = new("server") }; Assert.NotNull(p.StartInfo); }
        }
        """);

    [Fact]
    public Task Local_tasks_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var start = Task.Run(() => Process.Start("server"));
                var p = await start;
                p.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Dynamic_and_broken_flow_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { dynamic d = new object(); d.Process = Process.Start("server"); }
        }
        """);

    [Fact]
    public Task Action_parameter_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() => With(p => p.Kill(true));
            static void With(Action<Process> use) { var p = Process.Start("server"); use(p); }
        }
        """);
}

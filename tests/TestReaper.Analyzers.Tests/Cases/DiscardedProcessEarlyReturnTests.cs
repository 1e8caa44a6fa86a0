using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0001: a return before the kill.</summary>
public sealed class DiscardedProcessEarlyReturnTests() : FlowRuleTest("TR0001")
{
    [Fact]
    public Task Returns_before_the_kill_Triggers() => TriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = [|Process.Start("server")|];
                if (!OperatingSystem.IsLinux()) { return; }
                Assert.NotNull(p);
                p.Kill(true);
                p.WaitForExit();
            }
        }
        """);

    [Fact]
    public Task Returns_before_the_kill_inside_finally_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                try { if (!OperatingSystem.IsLinux()) { return; } Assert.NotNull(p); } finally { p.Kill(true); }
            }
        }
        """);

    [Fact]
    public Task Returns_because_it_is_gone_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); if (p.HasExited) { return; } p.Kill(true); }
        }
        """);

    [Fact]
    public Task Returns_because_it_ended_in_time_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                var ended = p.WaitForExit(1000);
                if (ended) { return; }
                p.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Kills_then_returns_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                if (!OperatingSystem.IsLinux()) { p.Kill(true); return; }
                p.Kill(true);
                p.WaitForExit();
            }
        }
        """);

    [Fact]
    public Task Returns_in_a_lambda_before_the_kill_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = Process.Start("server");
                Func<int> f = () => { return 1; };
                Console.WriteLine(f());
                p.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Returns_because_it_did_not_start_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = new Process { StartInfo = new("server") };
                var hasStarted = p.Start();
                if (!hasStarted) { return; }
                p.Kill(true);
            }
        }
        """);
}

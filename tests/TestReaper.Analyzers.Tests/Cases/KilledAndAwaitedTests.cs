using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0012: kills with a wait, and kills that the rule does not cover.</summary>
public sealed class KilledAndAwaitedTests() : FlowRuleTest("TR0012")
{
    [Fact]
    public Task Waits_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); _p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Bounded_wait_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); _p.WaitForExit(5000); }
        }
        """);

    [Fact]
    public Task Async_wait_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public async Task DisposeAsync() { _p.Kill(true); await _p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Wait_in_another_method_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); Gone(); }
            void Gone() { _p.WaitForExit(100); }
        }
        """);

    [Fact]
    public Task Wait_of_an_alias_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { var p = _p; p.Kill(true); p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Passed_on_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        static class H { public static void Gone(Process p) => p.WaitForExit(); }
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); H.Gone(_p); }
        }
        """);

    [Fact]
    public Task Local_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            [Fact] public void A() { var p = Process.Start("server"); try { } finally { p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Stop_method_of_a_wrapper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class Server
        {
            Process _p;
            public void Start() => _p = Process.Start("server");
            public void Stop() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Polls_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); while (!_p.HasExited) Thread.Sleep(1); }
        }
        """);

    [Fact]
    public Task Found_process_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.GetProcessById(1);
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Waits_for_all_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("a")); }
            [TearDown]
            public void Down()
            {
                foreach (var p in _all) { p.Kill(true); }
                foreach (var p in _all) { p.WaitForExit(); }
            }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Exit_code_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); Console.WriteLine(_p.ExitCode); }
        }
        """);

    [Fact]
    public Task Kill_in_a_test_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { _p.Kill(true); }
            public void Dispose() { Stop(_p); }
            static void Stop(Process p) { p.Kill(true); p.WaitForExit(1); }
        }
        """);

    [Fact]
    public Task Derived_class_waits_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class B
        {
            protected Process P;
            [SetUp] public void Up() => P = Process.Start("server");
            [TearDown] public void Down() { P.Kill(true); Gone(); }
            protected virtual void Gone() { }
        }
        class T : B
        {
            [Test] public void A() { }
            protected override void Gone() { P.WaitForExit(1); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Override_of_dispose_waits_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class B : IDisposable { public virtual void Dispose() { } }
        public class F : B
        {
            readonly Process _p = Process.Start("server");
            public override void Dispose() { _p.Kill(true); _p.WaitForExit(); base.Dispose(); }
        }
        """);
}

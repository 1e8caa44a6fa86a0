using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0002: members that other methods and types stop.</summary>
public sealed class MemberStoppedElsewhereTests() : FlowRuleTest("TR0002")
{
    [Fact]
    public Task Wrapper_with_stop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class Server
        {
            Process _p;
            public void Start() { _p = Process.Start("server"); }
            public void Stop() { _p.Kill(true); _p.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Derived_class_stops_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class B
        {
            protected Process P;
            [SetUp] public void Up() { P = Process.Start("server"); }
        }
        public class T : B
        {
            [Test] public void A() { }
            [TearDown] public void Down() { P.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Base_class_stops_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class B
        {
            protected Process P;
            [TearDown] public void Down() { P?.Kill(true); }
        }
        public class T : B { [Test] public void A() { P = Process.Start("server"); } }
        """, Framework.NUnit);

    [Fact]
    public Task Base_teardown_calls_an_override_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class B
        {
            protected abstract void Stop();
            [TearDown] public void Down() => Stop();
        }
        public class T : B
        {
            Process _p;
            [Test] public void A() { _p = Process.Start("server"); }
            protected override void Stop() { _p.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Another_type_stops_it_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class Context
        {
            public Process Server;
            public void Go() { Server = Process.Start("server"); }
        }
        class T
        {
            [Fact] public void A() { var c = new Context(); c.Go(); c.Server.Kill(true); }
        }
        """);

    [Fact]
    public Task Passed_to_an_owner_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public static class Reaper
        {
            public static List<Process> All = new();
            public static void Record(Process p) { All.Add(p); }
        }
        class T
        {
            Process _p;
            public T() { _p = Process.Start("server"); Reaper.Record(_p); }
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Test_starts_and_stops_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [Fact] public void A() { _p = Process.Start("server"); try { } finally { _p.Kill(true); } }
        }
        """);

    [Fact]
    public Task Test_calls_start_and_stop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [Fact] public void A() { Go(); try { } finally { Halt(); } }
            void Go() { _p = Process.Start("server"); }
            void Halt() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Async_stop_helper_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { _p = Process.Start("server"); await Task.Delay(1); }
            public Task DisposeAsync() => StopAsync();
            private async Task StopAsync() { _p.Kill(true); await _p.WaitForExitAsync(); }
        }
        """);

    [Fact]
    public Task Nested_type_stopped_by_its_owner_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class T : IDisposable
        {
            class Node
            {
                public Process P;
                public void Go() { P = Process.Start("server"); }
            }
            Node _n = new();
            [Fact] public void A() { _n.Go(); }
            public void Dispose() { _n.P.Kill(true); }
        }
        """);

    [Fact]
    public Task Helper_keeps_it_in_the_list_that_is_stopped_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public abstract class F : IAsyncLifetime
        {
            protected Process? Server;
            readonly List<Process> _all = new();
            protected Process Launch(string file) { var p = Process.Start(file); _all.Add(p); return p; }
            public Task InitializeAsync() { Server = Launch("server"); return Task.CompletedTask; }
            public async Task DisposeAsync() { foreach (var p in _all) { p.Kill(true); await p.WaitForExitAsync(); } }
        }
        """);
}

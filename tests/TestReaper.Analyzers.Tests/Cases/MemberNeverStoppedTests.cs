using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0002: members that no teardown stops.</summary>
public sealed class MemberNeverStoppedTests() : FlowRuleTest("TR0002")
{
    [Fact]
    public Task Field_never_stopped_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            public T() { _p = [|Process.Start("server")|]; }
            [Fact] public void A() => Assert.False(_p.HasExited);
        }
        """);

    [Fact]
    public Task Fixture_without_teardown_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            private Process _p;
            public Task InitializeAsync() { _p = [|Process.Start("server")|]; return Task.CompletedTask; }
            public Task DisposeAsync() => Task.CompletedTask;
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Static_field_initializer_Triggers() => TriggersAsync(
        """
        class T
        {
            static readonly Process Server = [|Process.Start("server")|];
            [Test] public void A() { }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Lazy_Triggers() => TriggersAsync(
        """
        class T
        {
            static readonly Lazy<Process> Server = new(() => [|Process.Start("server")|]);
            [Fact] public void A() { _ = Server.Value.Id; }
        }
        """);

    [Fact]
    public Task List_member_Triggers() => TriggersAsync(
        """
        class T
        {
            readonly List<Process> _all = new();
            [SetUp] public void Up() => _all.Add([|Process.Start("server")|]);
            [Test] public void A() { }
            [TearDown] public void Down() => _all.Clear();
        }
        """, Framework.NUnit);

    [Fact]
    public Task Stop_method_without_a_caller_Triggers() => TriggersAsync(
        """
        public class T
        {
            Process _p;
            public T() { _p = [|Process.Start("server")|]; }
            [Fact] public void A() { }
            private void Stop() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Dispose_without_the_interface_Triggers() => TriggersAsync(
        """
        public class T
        {
            Process _p = [|Process.Start("server")|];
            [Fact] public void A() { }
            public void Dispose() { _p.Kill(true); }
        }
        """);

    [Fact]
    public Task Teardown_without_the_attribute_Triggers() => TriggersAsync(
        """
        public class T
        {
            Process _p;
            [SetUp] public void Up() { _p = [|Process.Start("server")|]; }
            [Test] public void A() { }
            public void Down() { _p.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Helper_class_without_stop_Triggers() => TriggersAsync(
        """
        public class Wrapper
        {
            private readonly Process _p;
            public Wrapper() { _p = new Process { StartInfo = new("server") }; [|_p.Start()|]; }
            public bool Alive => !_p.HasExited;
        }
        """);

    [Fact]
    public Task Helper_returns_it_into_a_field_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [Fact] public void A() { _p = [|Launch()|]; }
            static Process Launch() => Process.Start("server");
        }
        """);

    [Fact]
    public Task Bounded_wait_in_teardown_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [OneTimeSetUp] public void Up() { _p = [|Process.Start("server")|]; }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p.WaitForExit(5000); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Auto_property_Triggers() => TriggersAsync(
        """
        public class F
        {
            public F() { Server = [|Process.Start("server")|]; }
            public Process Server { get; }
        }
        class T : IClassFixture<F>
        {
            readonly F _f;
            public T(F f) { _f = f; }
            [Fact] public void A() { Assert.False(_f.Server.HasExited); }
        }
        """);

    [Fact]
    public Task One_test_stops_what_the_constructor_started_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            public T() { _p = [|Process.Start("server")|]; }
            [Fact] public void A() { _p.Kill(true); }
            [Fact] public void B() { }
        }
        """);

    [Fact]
    public Task Partial_class_Triggers() => TriggersAsync(
        """
        partial class T { Process _p; }
        partial class T
        {
            [Fact] public void A() { _p = [|Process.Start("server")|]; }
        }
        """);

    [Fact]
    public Task Concurrent_bag_Triggers() => TriggersAsync(
        """
        static class Pool
        {
            static readonly ConcurrentBag<Process> All = new();
            public static void Go() { var p = [|Process.Start("server")|]; All.Add(p); }
        }
        """);

    [Fact]
    public Task Helper_keeps_it_in_a_list_that_is_only_cleared_Triggers() => TriggersAsync(
        """
        public abstract class F : IAsyncLifetime
        {
            readonly List<Process> _all = new();
            protected Process Launch(string file) { var p = [|Process.Start(file)|]; _all.Add(p); return p; }
            public Task InitializeAsync() { Launch("server"); return Task.CompletedTask; }
            public Task DisposeAsync() { _all.Clear(); return Task.CompletedTask; }
        }
        """);
}

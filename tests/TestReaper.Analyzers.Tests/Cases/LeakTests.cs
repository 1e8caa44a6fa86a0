using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>Leaks on which at least one rule reports.</summary>
public sealed class LeakTests() : FlowRuleTest("Leaks")
{
    [Fact]
    public Task Dispose_with_bounded_wait_Triggers() => SomeRuleTriggersAsync(
        """
        public class F : IDisposable
        {
            Process _p = Process.Start("server")!;
            public void Dispose() { _p.WaitForExit(1000); _p.Dispose(); }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Cleanup_only_in_catch_Triggers() => SomeRuleTriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process? _p;
            public async Task InitializeAsync()
            {
                try { _p = Process.Start("server"); await File.ReadAllTextAsync("x"); } catch { _p?.Kill(true); throw; }
            }
            public Task DisposeAsync() { _p?.Dispose(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Try_finally_dispose_only_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                Process? p = null;
                try { p = Process.Start("server"); await File.ReadAllTextAsync("x"); } finally { p?.Dispose(); }
            }
        }
        """);

    [Fact]
    public Task Foreach_start_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                foreach (var n in new[] { "a", "b" }) { var p = Process.Start(n); Assert.NotNull(p); }
            }
        }
        """);

    [Fact]
    public Task Stop_is_empty_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            Process? _p;
            [OneTimeSetUp] public void Up() { _p = Process.Start("server"); }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p = null; }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Happy_path_kill_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                using var p = Process.Start("server")!;
                var s = await new HttpClient().GetStringAsync("http://x");
                Assert.Equal("ok", s);
                p.Kill(true);
                await p.WaitForExitAsync();
            }
        }
        """);

    [Fact]
    public Task Happy_path_kill_field_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            Process? _p;
            [Fact]
            public async Task A()
            {
                _p = Process.Start("server")!;
                var s = await new HttpClient().GetStringAsync("http://x");
                Assert.Equal("ok", s);
                _p.Kill(true);
            }
        }
        """);

    [Fact]
    public Task Other_framework_teardown_Triggers() => SomeRuleTriggersAsync(
        """
        public class T
        {
            Process _p = Process.Start("server")!;
            [Fact] public void A() { }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task NUnit_async_lifetime_like_Triggers() => SomeRuleTriggersAsync(
        """
        public class T
        {
            Process? _p;
            [SetUp] public async Task InitializeAsync() { _p = Process.Start("server"); await Task.Delay(1); }
            [Test] public void A() { }
            public Task DisposeAsync() { _p?.Kill(true); return Task.CompletedTask; }
        }
        """, Framework.NUnit);

    [Fact]
    public Task MSTest_instance_static_Triggers() => SomeRuleTriggersAsync(
        """
        [TestClass] public class T
        {
            static Process? s_p;
            [ClassInitialize] public static void Up(TestContext c) { s_p = Process.Start("server"); }
            [TestMethod] public void A() { Assert.IsNotNull(s_p); }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Static_constructor_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            static readonly Process P;
            static T() { P = new Process { StartInfo = new ProcessStartInfo("server") }; P.Start(); }
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Wait_any_dropped_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public async Task A()
            {
                var p = Process.Start("server")!;
                await Task.WhenAny(p.WaitForExitAsync(), Task.Delay(5));
            }
        }
        """);

    [Fact]
    public Task Ternary_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = OperatingSystem.IsWindows() ? Process.Start("a.exe") : Process.Start("a");
                Assert.NotNull(p);
            }
        }
        """);

    [Fact]
    public Task Queue_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            readonly Queue<Process> _q = new();
            [Fact] public void A() { _q.Enqueue(Process.Start("server")!); }
        }
        """);

    [Fact]
    public Task Array_slots_Triggers() => SomeRuleTriggersAsync(
        """
        class T : IDisposable
        {
            readonly Process[] _all = new Process[2];
            [Fact] public void A() { for (var i = 0; i < 2; i++) _all[i] = Process.Start("server")!; }
            public void Dispose() { Array.ForEach(_all, p => p.Dispose()); }
        }
        """);

    [Fact]
    public Task Kill_one_of_two_Triggers() => SomeRuleTriggersAsync(
        """
        class T : IDisposable
        {
            Process _a = Process.Start("a")!;
            Process _b = Process.Start("b")!;
            [Fact] public void A() { }
            public void Dispose() { _a.Kill(true); _a.WaitForExit(); }
        }
        """);

    [Fact]
    public Task Server_out_field_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            Process? _p;
            static bool Try(out Process p) { p = Process.Start("server")!; return true; }
            [Fact] public void A() { Try(out _p); }
        }
        """);

    [Fact]
    public Task Exited_logs_only_Triggers() => SomeRuleTriggersAsync(
        """
        class T
        {
            [Fact]
            public void A()
            {
                var p = new Process { StartInfo = new("server"), EnableRaisingEvents = true };
                p.Exited += (s, e) => Console.WriteLine("gone");
                p.Start();
            }
        }
        """);
}

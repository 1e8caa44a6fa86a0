using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0002: later starts that overwrite the member.</summary>
public sealed class MemberRestartTests() : FlowRuleTest("TR0002")
{
    [Fact]
    public Task Overwritten_in_a_loop_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [OneTimeSetUp] public void Up() { for (var i = 0; i < 3; i++) { _p = [|Process.Start("server")|]; } }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p.Kill(true); _p.WaitForExit(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Per_test_start_and_one_stop_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [SetUp] public void Up() => _p = [|Process.Start("server")|];
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task MSTest_per_test_start_and_class_cleanup_Triggers() => TriggersAsync(
        """
        [TestClass] public class T
        {
            static Process _p;
            [TestInitialize] public void Up() { _p = [|Process.Start("server")|]; }
            [TestMethod] public void A() { }
            [ClassCleanup] public static void Down() { _p.Kill(true); }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Restart_in_a_loop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [Test] public void A() { for (var i = 0; i < 3; i++) { _p = Process.Start("server"); _p.Kill(true); } }
            [TearDown] public void Down() { _p?.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Retry_loop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            Process _p;
            [OneTimeSetUp] public void Up() { while (true) { _p = Process.Start("server"); if (!_p.HasExited) break; } }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p?.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Started_once_in_set_up_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        class T
        {
            static Process _p;
            [SetUp] public void Up() { if (_p == null) { _p = Process.Start("server"); } }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { _p?.Kill(true); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Restart_overwrites_it_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public void Restart() { _p = [|Process.Start("server")|]; }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Restart_by_the_helper_of_the_set_up_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [OneTimeSetUp] public void Up() => Launch();
            [Test] public void A() { Restart(); }
            public void Restart() { Launch(); }
            void Launch() { _p = [|Process.Start("server")|]; }
            [OneTimeTearDown] public void Down() { _p.Kill(true); _p.WaitForExit(); }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Restart_stops_first_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { Launch(); return Task.CompletedTask; }
            public void Restart() { Stop(); Launch(); }
            void Launch() { _p = Process.Start("server"); }
            void Stop() { _p.Kill(true); _p.WaitForExit(); }
            public Task DisposeAsync() { Stop(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Started_again_after_a_stop_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public void StartAgain() { _p = Process.Start("server"); }
            public void Stop() { _p.Kill(true); _p.WaitForExit(); }
            public Task DisposeAsync() { Stop(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Set_up_of_a_base_and_start_that_looks_first_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { Ensure(); return Task.CompletedTask; }
            public void Ensure() { if (_p is { HasExited: false }) { return; } _p = Process.Start("server"); }
            public Task DisposeAsync() { _p.Kill(true); _p.WaitForExit(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Restart_shuts_it_down_by_its_protocol_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            readonly HttpClient _c = new();
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public async Task RestartAsync() { await ShutdownAsync(); _p = Process.Start("server"); }
            async Task ShutdownAsync() { await _c.PostAsync("http://localhost/shutdown", null); }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Restart_where_a_loop_tries_again_DoesNotTrigger() => DoesNotTriggerAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync()
            {
                for (var i = 0; i < 3; i++)
                {
                    _p = Process.Start("server");
                    await Task.Delay(10);
                    if (!_p.HasExited) { break; }
                }
            }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);
}

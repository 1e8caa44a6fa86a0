using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0012: teardowns that kill without a wait.</summary>
public sealed class KilledNotAwaitedTests() : FlowRuleTest("TR0012")
{
    [Fact]
    public Task Dispose_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { [|_p.Kill(true)|]; }
        }
        """);

    [Fact]
    public Task Null_conditional_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { _p?[|.Kill(true)|]; _p?.Dispose(); }
        }
        """);

    [Fact]
    public Task Tear_down_Triggers() => TriggersAsync(
        """
        class T
        {
            Process _p;
            [SetUp] public void Up() => _p = Process.Start("server");
            [Test] public void A() { }
            [TearDown] public void Down() { if (!_p.HasExited) { [|_p.Kill(true)|]; } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task One_time_tear_down_Triggers() => TriggersAsync(
        """
        class T
        {
            static Process s_p;
            [OneTimeSetUp] public void Up() => s_p = Process.Start("server");
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() { [|s_p.Kill()|]; }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Class_cleanup_Triggers() => TriggersAsync(
        """
        [TestClass] public class T
        {
            static Process _p;
            [ClassInitialize] public static void Up(TestContext c) => _p = Process.Start("server");
            [TestMethod] public void A() { }
            [ClassCleanup] public static void Down() { [|_p.Kill(true)|]; }
        }
        """, Framework.MSTest);

    [Fact]
    public Task Async_lifetime_Triggers() => TriggersAsync(
        """
        class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync() { _p = Process.Start("server"); return Task.CompletedTask; }
            public Task DisposeAsync() { [|_p.Kill(true)|]; return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Helper_of_the_teardown_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() => Stop();
            void Stop() { [|_p.Kill(true)|]; }
        }
        """);

    [Fact]
    public Task Pattern_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p = Process.Start("server");
            [Fact] public void A() { }
            public void Dispose() { if (_p is { HasExited: false } p) { [|p.Kill(true)|]; } }
        }
        """);

    [Fact]
    public Task List_Triggers() => TriggersAsync(
        """
        class T
        {
            List<Process> _all = new();
            [Test] public void A() { _all.Add(Process.Start("a")); }
            [TearDown] public void Down() { foreach (var p in _all) { [|p.Kill(true)|]; } }
        }
        """, Framework.NUnit);

    [Fact]
    public Task Output_is_pumped_in_the_background_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public Task InitializeAsync()
            {
                _p = Process.Start("server");
                _ = Task.Run(() => _p.StandardOutput.ReadToEnd());
                return Task.CompletedTask;
            }
            public Task DisposeAsync() { [|_p.Kill(true)|]; _p.Dispose(); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Exit_code_is_read_only_for_an_error_message_Triggers() => TriggersAsync(
        """
        public class F : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync()
            {
                _p = Process.Start("server");
                await Task.Delay(1);
                if (_p.HasExited)
                {
                    throw new InvalidOperationException(await _p.StandardError.ReadToEndAsync() + _p.ExitCode);
                }
            }
            public Task DisposeAsync() { [|_p.Kill(true)|]; return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Override_of_dispose_Triggers() => TriggersAsync(
        """
        public abstract class B : IDisposable { public virtual void Dispose() { } }
        public class F : B
        {
            readonly Process _p = Process.Start("server");
            public override void Dispose() { [|_p.Kill(true)|]; base.Dispose(); }
        }
        """);

    [Fact]
    public Task Override_of_dispose_with_a_flag_Triggers() => TriggersAsync(
        """
        public abstract class B : IDisposable
        {
            public void Dispose() { Dispose(true); }
            protected virtual void Dispose(bool disposing) { }
        }
        public class F : B
        {
            readonly Process _p = Process.Start("server");
            protected override void Dispose(bool disposing) { [|_p.Kill(true)|]; }
        }
        """);
}

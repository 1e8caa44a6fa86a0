using Xunit;

namespace TestReaper.Analyzers.Tests.Cases;

/// <summary>TR0006: code that may fail where no teardown runs.</summary>
public sealed class FailureBeforeTeardownTests() : FlowRuleTest("TR0006")
{
    [Fact]
    public Task Constructor_throws_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p;
            public T()
            {
                _p = [|Process.Start("server")|];
                if (DateTime.Now.Day == 1) { throw new TimeoutException(); }
            }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Constructor_blocks_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public T() { _p = [|Process.Start("server")|]; Ready().GetAwaiter().GetResult(); }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task Constructor_calls_a_throwing_helper_Triggers() => TriggersAsync(
        """
        class F : IDisposable
        {
            Process _p;
            public F() { _p = [|Process.Start("server")|]; Ready(); }
            void Ready() { if (DateTime.Now.Day == 1) throw new TimeoutException(); }
            public void Dispose() => _p.Kill(true);
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);

    [Fact]
    public Task Constructor_calls_start_and_asserts_Triggers() => TriggersAsync(
        """
        class T : IDisposable
        {
            Process _p;
            public T() { Go(); Assert.True(File.Exists("x")); }
            void Go() { _p = [|Process.Start("server")|]; }
            [Fact] public void A() { }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task NUnit_constructor_Triggers() => TriggersAsync(
        """
        class T
        {
            readonly Process _p;
            public T() { _p = [|Process.Start("server")|]; Assert.IsTrue(File.Exists("x")); }
            [Test] public void A() { }
            [OneTimeTearDown] public void Down() => _p.Kill(true);
        }
        """, Framework.NUnit);

    [Fact]
    public Task Wrapper_constructor_Triggers() => TriggersAsync(
        """
        class Server : IDisposable
        {
            readonly Process _p;
            public Server() { _p = [|Process.Start("server")|]; Task.Run(() => 1).Wait(); }
            public void Dispose() => _p.Kill(true);
        }
        """);

    [Fact]
    public Task V3_test_class_initialize_Triggers() => TriggersAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async ValueTask InitializeAsync() { _p = [|Process.Start("server")|]; await Ready(); }
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task V2_test_class_initialize_Triggers() => TriggersAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async Task InitializeAsync() { _p = [|Process.Start("server")|]; await Ready(); }
            [Fact] public void A() { }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Helper_called_by_initialize_Triggers() => TriggersAsync(
        """
        class T : IAsyncLifetime
        {
            Process _p;
            static Task Ready() => Task.CompletedTask;
            public async ValueTask InitializeAsync() { Go(); await Ready(); }
            void Go() { _p = [|Process.Start("server")|]; }
            [Fact] public void A() { }
            public ValueTask DisposeAsync() { _p.Kill(true); return default; }
        }
        """, Framework.XunitV3);

    [Fact]
    public Task Own_helper_throws_Triggers() => TriggersAsync(
        """
        public class T : IAsyncLifetime
        {
            Process _p;
            public async Task InitializeAsync() { _p = [|Process.Start("server")|]; await Settle(); }
            static async Task Settle()
            {
                for (var i = 0; i < 9; i++) { if (File.Exists("ready")) return; await Task.Delay(500); }
                throw new TimeoutException();
            }
            [Fact] public void A() { }
            public Task DisposeAsync() { _p.Kill(true); return Task.CompletedTask; }
        }
        """);

    [Fact]
    public Task Unbounded_wait_in_a_constructor_Triggers() => TriggersAsync(
        """
        public class F : IDisposable
        {
            readonly Process _p;
            public F(Task<string> ready)
            {
                _p = [|Process.Start("server")|];
                ready.Wait();
                Console.WriteLine(ready.Result);
            }
            public void Dispose() { _p.Kill(true); }
        }
        class T : IClassFixture<F>
        {
            [Fact] public void A() { }
        }
        """);
}
